using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>How a path changes.</summary>
public enum ChangeKind
{
    /// <summary>Nothing was there.</summary>
    Add,
    /// <summary>Content, executable bit or link target differ.</summary>
    Modify,
    /// <summary>Nothing is there any more.</summary>
    Delete,
    /// <summary>Something of another kind is there: a file became a directory, for one.</summary>
    Type,
}

/// <summary>One path going from one entry to another; null stands for nothing there. A directory's content changes by paths of its own.</summary>
/// <param name="Path">The path.</param>
/// <param name="From">What is there before.</param>
/// <param name="To">What is there afterwards.</param>
public sealed record Change(DrivePath Path, Entry? From, Entry? To)
{
    /// <summary>How the path changes.</summary>
    public ChangeKind Kind => From is null ? ChangeKind.Add
        : To is null ? ChangeKind.Delete
        : From.Kind == To.Kind ? ChangeKind.Modify
        : ChangeKind.Type;

    /// <summary>Whether a directory is taken away, which needs that everything in it goes.</summary>
    public bool RemovesDirectory => From is { IsDirectory: true } && To is not { IsDirectory: true };

    /// <summary>Whether bytes are needed that the old file does not have: not for a change of the executable bit alone.</summary>
    public bool NeedsContent => To is { IsFile: true } && !(From is { IsFile: true } && From.ContentHash == To.ContentHash && From.Size == To.Size);
}
