using OmnyDrive.Drives;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine;

/// <summary>Publishes sources of any kind and withdraws them: the mark at the source, the row in the state.</summary>
internal sealed class DrivePublisher(EndpointStore store, EndpointId endpoint)
{
    /// <summary>Makes a source ready to be served. What it did is taken back by <see cref="TakeBack"/>.</summary>
    internal PublishedRoot Publish(IDriveProvider provider, string source, PublishOptions options)
    {
        var place = provider.Locate(source);
        var drive = DriveId.Of(endpoint, options.Name is { } given ? given : DriveId.NameFrom(Path.GetFileName(place)));
        var known = DriveTable.Find(store, endpoint, drive.Name);
        if (known is not null && known.Path != place)
            throw new DriveException(ErrorCode.DriveExists, $"{drive} is already published from \"{known.Path}\".", "Choose another name: omnydrive publish PATH --name NAME");
        if (!options.AllowNested)
        {
            Nesting.RequireFree(place, MountTable.All(store).Select(mount => mount.Path), "mount", sameIsFree: true);
            Nesting.RequireNoneAbove(place, marker => marker.Mount is not null, "mount");
            Nesting.RequireNoneBelow(place, marker => marker.Mount is not null, "mount");
        }
        var identity = provider.Mark(place, drive, known?.Identity);
        // What a mount may not push, nobody may push through it.
        var readOnly = options.ReadOnly || MountTable.All(store).Any(mount => mount.Path == place && mount.AccessMode == AccessMode.ReadOnly);
        var mode = readOnly || identity.Epoch is null ? AccessMode.ReadOnly : AccessMode.ReadWrite;
        var published = new PublishedRoot(drive, provider.Name, place, mode, identity);
        DriveTable.Put(store, published);
        return published;
    }

    /// <summary>Takes back what <see cref="Publish"/> did: the drive is as it was before, or unknown.</summary>
    internal void TakeBack(PublishedRoot published, PublishedRoot? before)
    {
        if (before is null)
            Withdraw(published);
        else
            DriveTable.Put(store, before);
    }

    /// <summary>Forgets a drive and takes its mark off the source, which stays.</summary>
    internal void Withdraw(PublishedRoot drive)
    {
        DriveTable.Remove(store, drive.Drive.Name);
        DriveProviders.Get(drive.Provider).Unmark(drive);
    }
}
