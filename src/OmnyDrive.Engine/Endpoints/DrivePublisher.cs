using OmnyDrive.Drives;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Providers;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine;

/// <summary>Publishes sources of any kind and withdraws them: the mark at the source, the row in the state.</summary>
internal sealed class DrivePublisher(EndpointStore store, EndpointId endpoint, TimeProvider time)
{
    /// <summary>Makes a source ready to be served. Where it throws it has done nothing; what it did is taken back by <see cref="TakeBackAsync"/>.</summary>
    internal async Task<PublishedRoot> PublishAsync(IDriveProvider provider, string source, PublishOptions options)
    {
        var place = provider.Locate(source);
        var drive = DriveId.Of(endpoint, options.Name is { } given ? given : DriveId.NameFrom(provider.NameOf(place)));
        var known = DriveTable.Find(store, endpoint, drive.Name);
        if (known is not null && known.Path != place)
            throw new DriveException(ErrorCode.DriveExists, $"{drive} is already published from \"{known.Path}\".", "Choose another name: omnydrive publish PATH --name NAME");
        if (known is not null && known.Provider != provider.Name)
            throw new DriveException(ErrorCode.DriveExists, $"{drive} is published as a drive of another kind ({known.Provider}); its mounts would not know it any more.", $"Publish it as before ({(known.Provider == ProviderNames.Git ? "with" : "without")} --git), or withdraw it first: omnydrive unpublish {drive}");
        if (!options.AllowNested && Path.IsPathRooted(place))
        {
            Nesting.RequireFree(place, MountTable.All(store).Select(mount => mount.Path), "mount", sameIsFree: true);
            Nesting.RequireNoneAbove(place, marker => marker.Mount is not null, "mount");
            Nesting.RequireNoneBelow(place, marker => marker.Mount is not null, "mount");
        }
        var identity = provider.Mark(place, drive, known?.Identity);
        // What a mount may not push, nobody may push through it.
        var readOnly = options.ReadOnly || MountTable.All(store).Any(mount => mount.Path == place && mount.AccessMode == AccessMode.ReadOnly);
        var mode = readOnly || identity.Epoch is null ? AccessMode.ReadOnly : AccessMode.ReadWrite;
        var published = new PublishedRoot(drive, provider.Name, place, mode, identity, options.Filter) { Retention = options.Retention };
        try
        {
            await provider.ChooseAsync(place, options, CancellationToken.None);
            DriveTable.Put(store, published);
            return published;
        }
        catch when (known is null)
        {
            await provider.UnmarkAsync(published, isTakenBack: true, time, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Takes back what <see cref="PublishAsync"/> did: the drive is as it was before, or unknown.</summary>
    internal async Task TakeBackAsync(PublishedRoot published, PublishedRoot? before)
    {
        if (before is null)
            await WithdrawAsync(published, isTakenBack: true, CancellationToken.None);
        else
            DriveTable.Put(store, before);
    }

    /// <summary>Takes the mark of a drive off its source, which stays, and forgets the drive: in this order, so that no mark is left without its row.</summary>
    internal Task WithdrawAsync(PublishedRoot drive, CancellationToken cancellation) => WithdrawAsync(drive, isTakenBack: false, cancellation);

    private async Task WithdrawAsync(PublishedRoot drive, bool isTakenBack, CancellationToken cancellation)
    {
        await DriveProviders.Get(drive.Provider).UnmarkAsync(drive, isTakenBack, time, cancellation);
        DriveTable.Remove(store, drive.Drive.Name);
    }
}
