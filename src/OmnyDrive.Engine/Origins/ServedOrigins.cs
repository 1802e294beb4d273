using OmnyDrive.Drives;
using OmnyDrive.Engine.Credentials;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Git;
using OmnyDrive.History;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Origins;

/// <summary>
/// The origins that an endpoint serves, opened when they are first asked for. The state is looked at each time, so that what another process
/// published or withdrew meanwhile counts.
/// </summary>
internal sealed class ServedOrigins(EndpointStore store, EndpointId endpoint, Func<DriveId, SyncRef, Task> landed, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _one = new();

    /// <summary>How long what pushes displace is kept.</summary>
    internal RetentionPolicy Retention { get; init; } = RetentionPolicy.Default;

    /// <summary>Finds what this machine keeps for a server.</summary>
    internal Func<GitUrl, HostCredential?> Credentials { get; init; } = _ => null;

    private readonly Dictionary<DriveId, (PublishedRoot Root, IOrigin Origin)> _open = [];

    internal PublishedRoot Published(DriveId drive) =>
        (drive.Endpoint == endpoint ? DriveTable.Find(store, endpoint, drive.Name) : null)
        ?? throw new DriveException(ErrorCode.DriveNotFound, $"This endpoint ({endpoint}) does not publish {drive}.", "See: omnydrive drives");

    internal IOrigin Open(DriveId drive)
    {
        var published = Published(drive);
        lock (_one)
        {
            if (_open.TryGetValue(drive, out var open) && open.Root == published)
                return open.Origin;
            // One that is replaced still answers whoever is using it; its staging is cleared when they are done or the process ends.
            var origin = DriveProviders.Get(published.Provider).OpenOrigin(published, SettingsOf(published));
            _open[drive] = (published, origin);
            return origin;
        }
    }

    internal OriginSettings SettingsOf(PublishedRoot published) =>
        new(store.CacheFile($"{published.Drive.Name}.drive.index"), () => store.LargeFiles, head => landed(published.Drive, head), time) { Retention = published.Retention ?? Retention, Credentials = Credentials };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, origin) in _open.Values)
            await origin.DisposeAsync();
    }
}
