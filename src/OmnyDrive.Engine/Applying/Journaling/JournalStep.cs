using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying.Journaling;

/// <summary>What one step of an apply does to a path. The numbers are part of the journal's format.</summary>
internal enum StepKind : byte
{
    /// <summary>A file or link goes to the trash.</summary>
    RemoveFile = 1,

    /// <summary>An empty directory is removed.</summary>
    RemoveDirectory = 2,

    /// <summary>A directory is made.</summary>
    MakeDirectory = 3,

    /// <summary>A staged file or link is moved to a path where nothing is.</summary>
    Place = 4,

    /// <summary>A staged file or link takes the place of a file or link, which goes to the trash.</summary>
    Replace = 5,

    /// <summary>A file changes its path.</summary>
    Move = 6,

    /// <summary>A file gets another mode and time where it is.</summary>
    SetAttributes = 7,

    /// <summary>A directory changes its path, with all that it holds.</summary>
    MoveDirectory = 8,
}

/// <summary>
/// One step, with all that is needed to tell from what lies there whether it was made, and to take it back: whoever finds the journal after a crash has nothing else.
/// </summary>
/// <param name="Kind">What is done.</param>
/// <param name="Path">The path that it is done to; of a move, the new one.</param>
internal sealed record JournalStep(StepKind Kind, DrivePath Path)
{
    /// <summary>Of a move, the old path; else the root.</summary>
    internal DrivePath Source { get; init; }

    /// <summary>What lies there before, of a move at its old path; of a directory that is removed its mode and owner.</summary>
    internal FileStamp? Before { get; init; }

    /// <summary>What lies there afterwards; of a move or new attributes, the same one; of a directory that is made only where it was built aside.</summary>
    internal FileStamp? After { get; init; }

    /// <summary>The content of a staged file; null for a link.</summary>
    internal ContentHash? Content { get; init; }

    /// <summary>Whether another step puts something else there: then this one alone leaves the path half-way.</summary>
    internal bool MakesRoom { get; init; }

    /// <summary>Of a directory to be made, whether it was there before and merely becomes an entry.</summary>
    internal bool WasThere { get; init; }

    /// <summary>The name in the staging area of what is placed; in memory only.</summary>
    internal string Staged { get; init; } = "";
}
