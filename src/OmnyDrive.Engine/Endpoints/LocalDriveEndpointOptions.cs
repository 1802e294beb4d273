using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.History;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine;

/// <summary>How an endpoint is set up.</summary>
public sealed record LocalDriveEndpointOptions
{
    /// <summary>Where the endpoint keeps its state. Null (the default) keeps it in memory: its mounts then end with the process.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>The URL at which peers reach this endpoint; not used in one process.</summary>
    public string ServeUrl { get; init; } = "http://localhost:8080";

    /// <summary>How origins are reached. By default the hub itself where it knows how (a <c>LocalDriveHub</c> does), else over HTTP.</summary>
    public IOriginConnector? Connector { get; init; }

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long what syncs displace is kept below each root, so that it can be brought back.</summary>
    public RetentionPolicy Retention { get; init; } = RetentionPolicy.Default;

    /// <summary>Finds out what the file system of a mount makes of names.</summary>
    internal Func<RootDirectory, TargetTraits> LookAtTarget { get; init; } = TargetProbe.Look;

    /// <summary>How many entries of an origin a clone plans with at once.</summary>
    internal long ClonePortion { get; init; } = ClonePortions.Usual;
}
