namespace OmnyDrive.Reconciling;

/// <summary>The two sides of a sync. Code takes a side as a value; nothing is written twice for the two.</summary>
public enum Side
{
    /// <summary>The mount.</summary>
    Local,
    /// <summary>The origin.</summary>
    Origin,
}
