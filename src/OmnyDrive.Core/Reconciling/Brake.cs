namespace OmnyDrive.Reconciling;

/// <summary>
/// A check that halts a plan which looks like an accident. Somebody who means it allows it by name, for one sync. A root that is missing halts as well, and is not among
/// these: nobody can allow it.
/// </summary>
public enum Brake
{
    /// <summary>A side that has files would have none.</summary>
    RootEmptied,
    /// <summary>More than half of the files of a side would be deleted, and at least ten.</summary>
    MassDelete,
}

/// <summary>How brakes are written.</summary>
public static class BrakeNames
{
    /// <summary>All brakes, the gravest first.</summary>
    public static IReadOnlyList<Brake> All { get; } = [Brake.RootEmptied, Brake.MassDelete];

    /// <summary><c>root-emptied</c> or <c>mass-delete</c>, as commands and messages on the wire print it.</summary>
    public static string ToText(this Brake brake) => brake == Brake.RootEmptied ? "root-emptied" : "mass-delete";

    /// <summary>Reads what <see cref="ToText"/> writes; null for anything else.</summary>
    public static Brake? Find(string? text)
    {
        foreach (var brake in All)
        {
            if (brake.ToText() == text)
                return brake;
        }
        return null;
    }
}
