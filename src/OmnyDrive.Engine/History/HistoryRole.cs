namespace OmnyDrive.Engine.History;

/// <summary>Whose history a root keeps: it may be a published drive, a mount, or both.</summary>
internal enum HistoryRole
{
    Drive,
    Mount,
}
