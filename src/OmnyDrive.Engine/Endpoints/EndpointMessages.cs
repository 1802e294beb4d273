using OmnyDrive.Drives;
using OmnyDrive.Git;
using OmnyDrive.Filtering;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine;

/// <summary>How a directory is published.</summary>
public sealed record PublishOptions
{
    /// <summary>The name of the drive; by default the name of the directory, made fit for an id.</summary>
    public string? Name { get; init; }

    /// <summary>Whether cloners may only read. A directory that cannot be written is always published so.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether a directory that lies in a mount or holds one may be published. A mount itself always may.</summary>
    public bool AllowNested { get; init; }

    /// <summary>What of the directory is left out; by default what its <c>.omnyignore</c> files say.</summary>
    public FilterOptions Filter { get; init; } = FilterOptions.Default;

    /// <summary>How long what pushes displace is kept below it; the endpoint's own choice where null.</summary>
    public RetentionPolicy? Retention { get; init; }

    /// <summary>The branches of a git drive that a push does not move; <c>main</c> and <c>master</c> where null, none where empty. Of no concern to other drives.</summary>
    public IReadOnlyList<string>? ProtectedBranches { get; init; }
}

/// <summary>A drive that this endpoint publishes.</summary>
/// <param name="Drive">As the hub lists it.</param>
/// <param name="Path">The published directory or repository, absolute, or the URL of a repository at a server.</param>
public sealed record PublishedDrive(Drive Drive, string Path)
{
    /// <summary>Whether a directory is the work tree of a git repository, of which a drive of files has the files alone; false of git drives.</summary>
    public bool HoldsRepository { get; init; }
}

/// <summary>How a drive is cloned.</summary>
public sealed record CloneOptions
{
    /// <summary>Whether the mount shall never push.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the destination may lie in a published directory or another mount.</summary>
    public bool AllowNested { get; init; }

    /// <summary>How long what pulls displace is kept below the mount; the endpoint's own choice where null.</summary>
    public RetentionPolicy? Retention { get; init; }

    /// <summary>What a sync of the mount does where both sides changed; <see cref="SyncPolicy.Strict"/> where null, or what was chosen when an interrupted clone was begun.</summary>
    public SyncPolicy? Policy { get; init; }

    /// <summary>Told of the progress; may be called from several threads.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>How content travels.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;
}

/// <summary>How a mount is synchronized.</summary>
public sealed record SyncOptions
{
    /// <summary>What this sync does where both sides changed; what was chosen for the mount where null.</summary>
    public SyncPolicy? Policy { get; init; }

    /// <summary>The brakes that do not halt this sync, because somebody means what sets them off; none by default. They travel with a push.</summary>
    public IReadOnlyCollection<Brake> Allowed { get; init; } = [];

    /// <summary>Told of the progress; may be called from several threads.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>How content travels.</summary>
    public TransferOptions Transfer { get; init; } = TransferOptions.Default;

    /// <summary>Whether a sync of a git drive is refused where changes are not committed. By default they are committed first. Of no concern to other drives.</summary>
    public bool NoCommit { get; init; }
}

/// <summary>How far a transfer is.</summary>
/// <param name="Files">Contents that have arrived.</param>
/// <param name="TotalFiles">Contents to move.</param>
/// <param name="Bytes">Bytes that have arrived.</param>
/// <param name="TotalBytes">Bytes to move.</param>
public readonly record struct TransferProgress(long Files, long TotalFiles, long Bytes, long TotalBytes);

/// <summary>A mount of this endpoint.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Drive">The drive it was cloned from.</param>
/// <param name="Path">Where it lies, absolute.</param>
/// <param name="AccessMode">Whether it may push.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Ref">Its baseline; null while it is being cloned.</param>
/// <param name="LastSyncedAt">When a sync last succeeded; null while it is being cloned.</param>
public sealed record MountInfo(MountId Id, DriveId Drive, string Path, AccessMode AccessMode, MountStatus Status, SyncRef? Ref, DateTimeOffset? LastSyncedAt)
{
    /// <summary>What a sync does where both sides changed.</summary>
    public SyncPolicy Policy { get; init; }
}

/// <summary>How a mount stands.</summary>
public enum MountStatus
{
    /// <summary>Its root is there and bears its marker.</summary>
    Ready,
    /// <summary>Its clone was interrupted; the same clone command continues it.</summary>
    Cloning,
    /// <summary>Its root is gone or bears another marker.</summary>
    Missing,
}

/// <summary>What a clone made.</summary>
/// <param name="Mount">The mount.</param>
/// <param name="Files">Files in it.</param>
/// <param name="Bytes">Bytes in these files.</param>
/// <param name="Problems">Paths that the mount does not have as the origin has them, and why: one side could not read them, or somebody worked in the clone.</param>
public sealed record CloneResult(MountInfo Mount, long Files, long Bytes, IReadOnlyList<Problem> Problems);

/// <summary>How a sync ended that was not refused.</summary>
public enum SyncStatus
{
    /// <summary>There was nothing to do.</summary>
    Clean,
    /// <summary>Local changes landed at the origin.</summary>
    Pushed,
    /// <summary>Changes of the origin were applied in the mount.</summary>
    Pulled,
    /// <summary>Both: changes went either way.</summary>
    Merged,
    /// <summary>Paths that both sides changed were held back; what could be applied was.</summary>
    Conflicted,
}

/// <summary>What a sync did.</summary>
/// <param name="Mount">The mount.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Ref">The baseline now.</param>
/// <param name="PreviousRef">The baseline before.</param>
/// <param name="Changes">What was applied, and on which side.</param>
/// <param name="Problems">Paths that were not applied or could not be read, and why; the next sync looks at them again.</param>
/// <param name="Metrics">What it cost.</param>
public sealed record SyncResult(
    MountId Mount,
    SyncStatus Status,
    SyncRef Ref,
    SyncRef PreviousRef,
    IReadOnlyList<AppliedChange> Changes,
    IReadOnlyList<Problem> Problems,
    SyncMetrics Metrics)
{
    /// <summary>The paths that were held back; null where none were.</summary>
    public Conflict? Conflict { get; init; }

    /// <summary>What was done with branches; null where the drive is no git drive.</summary>
    public BranchSync? Branches { get; init; }

    // Worked out while an origin was at work, of all changes of that side; null where it was not.
    internal (Side Side, Task<MovedFiles> Files)? Moved { get; init; }

    /// <summary>Where the files were that were moved on a side. Worked out anew at each call, unless the sync had time for it.</summary>
    public MovedFiles MovedOn(Side side) => Moved is { } known && known.Side == side
        ? known.Files.Result
        : MovedFiles.Of(Changes.On(side));
}

/// <summary>A change that was made.</summary>
/// <param name="Side">Where.</param>
/// <param name="Change">What.</param>
public sealed record AppliedChange(Side Side, Change Change);

/// <summary>Picks from changes that were made.</summary>
public static class AppliedChanges
{
    /// <summary>Those of one side, in the order in which they were made.</summary>
    public static IReadOnlyList<Change> On(this IReadOnlyList<AppliedChange> changes, Side side) => [.. changes.Where(applied => applied.Side == side).Select(applied => applied.Change)];
}

/// <summary>What a sync cost.</summary>
/// <param name="FilesChanged">Files added, modified or deleted.</param>
/// <param name="BytesTransferred">Bytes of content that travelled.</param>
/// <param name="BytesReused">Bytes of new content that need not travel, because the receiving side had them: elsewhere in the drive, in its trash, or from a transfer that was cut.</param>
/// <param name="BytesOnWire">Bytes of requests' and responses' bodies as they went, compressed or not, both ways; 0 where no wire was used.</param>
/// <param name="Duration">From the call to the result.</param>
public sealed record SyncMetrics(int FilesChanged, long BytesTransferred, long BytesReused, long BytesOnWire, TimeSpan Duration);

/// <summary>What leading back did.</summary>
/// <param name="Generation">The generation that was taken back, or that was brought back.</param>
/// <param name="Ref">The state that it led to, of the side that was changed.</param>
/// <param name="Changes">What was changed, and on which side.</param>
public sealed record RewindResult(Generation Generation, SyncRef Ref, IReadOnlyList<AppliedChange> Changes);
