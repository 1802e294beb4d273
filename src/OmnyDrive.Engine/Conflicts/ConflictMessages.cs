using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine;

/// <summary>One of the three versions of a path in conflict.</summary>
public enum ConflictVersion
{
    /// <summary>What both sides last agreed on.</summary>
    Base,
    /// <summary>What the mount holds.</summary>
    Ours,
    /// <summary>What the origin holds.</summary>
    Theirs,
}

/// <summary>How conflicts are to be settled.</summary>
public enum ResolutionChoice
{
    /// <summary>The mount's version goes to the origin.</summary>
    Ours,
    /// <summary>The origin's version comes into the mount.</summary>
    Theirs,
    /// <summary>The origin's version stays at the path, and the mount's beside it under another name.</summary>
    Both,
    /// <summary>A three-way merge of the texts.</summary>
    Merge,
    /// <summary>What a person makes of the three versions in a tool.</summary>
    Tool,
}

/// <summary>How conflicts are to be settled.</summary>
/// <param name="Choice">Which way.</param>
public sealed record ResolveOptions(ResolutionChoice Choice)
{
    /// <summary>Of a merge: whether places that both sides changed may be left marked in the result. Else such a conflict stays open.</summary>
    public bool Markers { get; init; }

    /// <summary>Of <see cref="ResolutionChoice.Tool"/>: lets a person make the merged file of the others; false where they gave up.</summary>
    public Func<MergeFiles, CancellationToken, Task<bool>>? Tool { get; init; }
}

/// <summary>The files that a merge tool works with, as <c>git mergetool</c> calls them. They lie in a directory that goes when the tool has ended.</summary>
/// <param name="Path">The path in the drive.</param>
/// <param name="Base">What both sides last agreed on; an empty file where that is nothing or not to be had.</param>
/// <param name="Local">The mount's version.</param>
/// <param name="Remote">The origin's version.</param>
/// <param name="Merged">The result: git's merge with its marks at first, or the mount's version where the files are no texts.</param>
public sealed record MergeFiles(DrivePath Path, string Base, string Local, string Remote, string Merged);

/// <summary>What became of the conflicts that were to be settled.</summary>
/// <param name="Resolved">Those that are decided now; the next sync carries that out.</param>
/// <param name="Open">Those that are as they were, and why.</param>
public sealed record ResolveResult(IReadOnlyList<OpenConflict> Resolved, IReadOnlyList<(OpenConflict Conflict, string Reason)> Open);
