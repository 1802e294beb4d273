namespace OmnyDrive.Drives;

/// <summary>A published drive as the hub lists it: metadata only.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Provider">The kind of drive: <c>directory</c> or <c>git</c>.</param>
/// <param name="AccessMode">What cloners may do at most.</param>
/// <param name="Capabilities">What its origin can do.</param>
/// <param name="Ref">The state its endpoint last reported, or null before the first report.</param>
public sealed record Drive(DriveId Id, string Provider, AccessMode AccessMode, Capabilities Capabilities, SyncRef? Ref)
{
    /// <summary>Where it lies, if its endpoint does not serve it; null where it does.</summary>
    public DriveRemote? Remote { get; init; }
}

/// <summary>The kinds of drive, as they stand on the wire.</summary>
public static class ProviderNames
{
    /// <summary>A directory.</summary>
    public const string Directory = "directory";
    /// <summary>A git repository.</summary>
    public const string Git = "git";
}
