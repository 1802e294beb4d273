using OmnyDrive.Drives;
using OmnyDrive.Engine.Conflicts;
using OmnyDrive.Engine.Credentials;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Inspecting;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Errors;
using OmnyDrive.Git;
using OmnyDrive.History;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Providers;

/// <summary>
/// One kind of drive: how its source is published and recognized again, how its origin is read and written, how a mount of it is synchronized.
/// Everything that differs between kinds of drive lies behind this; the endpoint knows none by name.
/// </summary>
internal interface IDriveProvider
{
    /// <summary>The kind, one of <see cref="ProviderNames"/>.</summary>
    string Name { get; }

    /// <summary>
    /// The one way to write where a source is: an absolute path, or for a source at some server its URL. Throws <see cref="DriveException"/> <c>path_not_found</c> where there is none, <c>invalid</c> where
    /// this provider cannot publish it.
    /// </summary>
    string Locate(string source);

    /// <summary>What people call a source that <see cref="Locate"/> found: the name of its drive where nobody chose one.</summary>
    string NameOf(string source);

    /// <summary>
    /// Marks a source as a drive of ours, so that it is recognized later. One that cannot be written is left untouched, and the identity
    /// says so by having no epoch. Idempotent for the same drive; throws <c>drive_exists</c> where it is another's.
    /// </summary>
    RootIdentity Mark(string source, DriveId drive, RootIdentity? known);

    /// <summary>Keeps with a source what its publisher chose of what only this kind of drive has. Idempotent. Throws <c>invalid</c> for what cannot be chosen.</summary>
    Task ChooseAsync(string source, PublishOptions options, CancellationToken cancellation);

    /// <summary>The same for a mount.</summary>
    Task ChooseAsync(MountWork mount, IReadOnlyList<string> protectedBranches, CancellationToken cancellation);

    /// <summary>Takes the mark off again, once a push that is landing there has landed. No error where the source or the mark is gone. Whether it is
    /// taken back because publishing failed decides whether anything of it stays.</summary>
    Task UnmarkAsync(PublishedRoot drive, bool isTakenBack, TimeProvider time, CancellationToken cancellation);

    /// <summary>Opens the origin of a drive that is published here; the caller disposes it.</summary>
    IOrigin OpenOrigin(PublishedRoot drive, OriginSettings settings);

    /// <summary>Opens the origin of a drive that lies elsewhere than at its endpoint; the caller disposes it. Throws <c>not_supported</c> where this kind of drive never does, <c>invalid</c> where nobody may make this machine go there.</summary>
    /// <param name="route">What the hub says of it.</param>
    /// <param name="renew">Asks the hub whether an action is permitted, and throws what the hub throws.</param>
    /// <param name="credentials">Finds what this machine keeps for a server.</param>
    IOrigin OpenElsewhere(DriveRoute route, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew, Func<GitUrl, HostCredential?> credentials);

    /// <summary>An origin that <see cref="OpenOrigin"/> opened, lent to an endpoint in the same process: the hub is asked before a push as it is over the network, and disposing gives it back.</summary>
    IOrigin Lend(IOrigin origin, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew);

    /// <summary>What brings a mount into step with its origin. The mount's root has been checked to be its own.</summary>
    ISynchronizer CreateSynchronizer(MountWork mount, IOrigin origin);

    /// <summary>
    /// How a mount differs from what it and its origin last agreed on, whether it holds exactly what they agreed on at some time, and what of it cannot be read. Its root need not bear its marker.
    /// </summary>
    Task<(ChangeCounts Differences, bool IsKnownState, IReadOnlyList<Problem> Problems)> CompareAsync(MountWork mount, CancellationToken cancellation);

    /// <summary>
    /// Of a mount that came from a backup, takes what it holds for what it and its origin last agreed on, if they agreed on that once; else they have agreed on nothing: what differs is a conflict, and nothing
    /// counts as deleted. Durable.
    /// </summary>
    void ForgetBaseline(MountWork mount, MountRepairKind kind, CancellationToken cancellation);

    /// <summary>What looks at a mount and its origin, or at the mount alone where there is no origin to ask.</summary>
    IMountInspector CreateInspector(MountWork mount, IOrigin? origin);

    /// <summary>The open conflicts of a mount; asks for its origin only where it needs it.</summary>
    IConflicts CreateConflicts(MountWork mount, Func<CancellationToken, Task<IOrigin>> connect);

    /// <summary>The states that a mount had, the newest first, and no more than so many.</summary>
    Task<IReadOnlyList<Generation>> ReadHistoryAsync(MountWork mount, int most, CancellationToken cancellation);

    /// <summary>The states that a published source had when somebody looked, the newest first, and no more than so many.</summary>
    Task<IReadOnlyList<Generation>> ReadHistoryAsync(PublishedRoot drive, int most, CancellationToken cancellation);

    /// <summary>What leads a mount back to what it was; asks for its origin only where it needs it.</summary>
    IRewinder CreateRewinder(MountWork mount, Func<CancellationToken, Task<IOrigin>> connect);

    /// <summary>What leads a published source back to what it was.</summary>
    IRewinder CreateRewinder(PublishedRoot drive, OriginSettings settings);
}
