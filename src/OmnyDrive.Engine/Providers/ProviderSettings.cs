using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Credentials;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.State;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Git;
using OmnyDrive.History;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers;

/// <summary>What a provider needs to open an origin.</summary>
/// <param name="CacheFile">Where it may keep a disposable cache; null keeps it in memory.</param>
/// <param name="LargeFiles">Hashes large files; to be asked for when one is hashed.</param>
/// <param name="Landed">To be told of each push that landed, before its client gets the answer.</param>
/// <param name="Time">The clock.</param>
internal sealed record OriginSettings(string? CacheFile, Func<LargeFileHasher> LargeFiles, Func<SyncRef, Task> Landed, TimeProvider Time)
{
    /// <summary>Finds what this machine keeps for a server, for a source that lies elsewhere.</summary>
    internal Func<GitUrl, HostCredential?> Credentials { get; init; } = _ => null;

    /// <summary>How long what pushes displace is kept.</summary>
    internal RetentionPolicy Retention { get; init; } = RetentionPolicy.Default;
}

/// <summary>What a provider needs to synchronize a mount.</summary>
/// <param name="Row">The mount.</param>
/// <param name="Root">Its root, open and checked.</param>
/// <param name="Store">Where its baseline is.</param>
/// <param name="Self">The endpoint that it lies on.</param>
/// <param name="Time">The clock.</param>
internal sealed record MountWork(MountRow Row, RootDirectory Root, EndpointStore Store, EndpointId Self, TimeProvider Time)
{
    /// <summary>How long what pulls displace is kept.</summary>
    internal RetentionPolicy Retention { get; init; } = RetentionPolicy.Default;

    /// <summary>Finds out what the file system of the root makes of names.</summary>
    internal Func<RootDirectory, TargetTraits> LookAtTarget { get; init; } = TargetProbe.Look;

    /// <summary>How many entries of the origin a clone plans with at once.</summary>
    internal long ClonePortion { get; init; } = ClonePortions.Usual;
}
