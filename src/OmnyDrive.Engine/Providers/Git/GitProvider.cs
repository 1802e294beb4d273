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

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Drives whose source is a git repository, with a work tree or without. Commits are what both sides agree on, and git moves them.</summary>
internal sealed class GitProvider : IDriveProvider
{
    // A path on this machine, written as a URL.
    private const string LocalUrl = "file:///";

    /// <inheritdoc/>
    public string Name => ProviderNames.Git;

    /// <inheritdoc/>
    public string Locate(string source)
    {
        if (!Path.Exists(source) && GitUrl.IsMeant(source))
        {
            if (!source.StartsWith(LocalUrl, StringComparison.OrdinalIgnoreCase))
                return GitUrl.Parse(source).Text;
            source = Uri.UnescapeDataString(source[(LocalUrl.Length - 1)..]);
        }
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
        if (!System.IO.Directory.Exists(full))
            throw new DriveException(ErrorCode.PathNotFound, $"There is no directory at \"{full}\".", "Give the path of a git repository on this machine: omnydrive publish PATH --git");
        var real = RealPath.Of(full);
        return GitPlace.TopOf(real) == real ? real : throw DriveException.Invalid($"\"{full}\" is not a git repository.", $"Give the top of its work tree or the repository itself, or make one of it: git init {ShellWord.Of(full)}");
    }

    /// <inheritdoc/>
    public string NameOf(string source) => GitUrl.NameOf(source[(source.LastIndexOf(':') + 1)..]);

    /// <inheritdoc/>
    public RootIdentity Mark(string source, DriveId drive, RootIdentity? known) => IsElsewhere(source) ? RootIdentity.Elsewhere : DriveMarks.Mark(GitPlace.RepositoryOf(source), source, drive, known);

    /// <inheritdoc/>
    public async Task ChooseAsync(string source, PublishOptions options, CancellationToken cancellation)
    {
        if (IsElsewhere(source))
        {
            // It goes to the hub with the URL.
            _ = ProtectedBranches.Checked([.. options.ProtectedBranches ?? []]);
            return;
        }
        var repository = new GitRepository(source);
        if ((await repository.RunAsync(["rev-parse", "--show-object-format"], cancellation)).TrimEnd('\n') is not "sha1" and var format)
            throw new DriveException(ErrorCode.NotSupported, $"The ids of the repository \"{source}\" are {format}; only those of SHA-1 are known here.", "Publish a repository with ids of SHA-1.");
        await GitProtection.WriteAsync(repository, options.ProtectedBranches, cancellation);
    }

    /// <inheritdoc/>
    public Task ChooseAsync(MountWork mount, IReadOnlyList<string> protectedBranches, CancellationToken cancellation) =>
        GitProtection.WriteAsync(GitMount.RepositoryOf(mount.Root), protectedBranches.Count == 0 ? null : protectedBranches, cancellation);

    /// <inheritdoc/>
    public async Task UnmarkAsync(PublishedRoot drive, bool isTakenBack, TimeProvider time, CancellationToken cancellation)
    {
        if (System.IO.Directory.Exists(drive.Path) && GitPlace.TopOf(drive.Path) == drive.Path)
            await DriveMarks.UnmarkAsync(GitPlace.RepositoryOf(drive.Path), drive.Identity, isTakenBack, time, cancellation);
    }

    /// <inheritdoc/>
    public IOrigin OpenOrigin(PublishedRoot drive, OriginSettings settings) => drive.IsElsewhere
        ? new RemoteGitOrigin(drive.Drive, drive.AccessMode, new DriveRemote(drive.Path, null), (_, _) => Task.CompletedTask, settings.Credentials)
        : new LocalGitOrigin(drive, settings.Landed);

    /// <inheritdoc/>
    public IOrigin OpenElsewhere(DriveRoute route, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew, Func<GitUrl, HostCredential?> credentials) =>
        new RemoteGitOrigin(route.Drive.Id, route.Drive.AccessMode, route.Drive.Remote!, (action, ended) => action.HasFlag(DriveActions.Write) ? renew(action, ended) : Task.CompletedTask, credentials);

    /// <inheritdoc/>
    public IOrigin Lend(IOrigin origin, Func<DriveActions, CancellationToken, Task<DriveRoute>> renew) => new NearGitOrigin(GitOf(origin), renew);

    /// <inheritdoc/>
    public ISynchronizer CreateSynchronizer(MountWork mount, IOrigin origin) => new GitSynchronizer(mount, GitOf(origin));

    /// <inheritdoc/>
    public async Task<(ChangeCounts Differences, bool IsKnownState, IReadOnlyList<Problem> Problems)> CompareAsync(MountWork mount, CancellationToken cancellation)
    {
        var (changes, problems) = await new GitInspector(mount, null).LookAtMountAsync(cancellation);
        return (ChangeCounts.Of(changes), true, problems);
    }

    /// <summary>Nothing is to be forgotten: what both sides agreed on lies in the repository, as commits that a backup has or has not.</summary>
    public void ForgetBaseline(MountWork mount, MountRepairKind kind, CancellationToken cancellation)
    {
    }

    /// <inheritdoc/>
    public IMountInspector CreateInspector(MountWork mount, IOrigin? origin) => new GitInspector(mount, origin is null ? null : GitOf(origin));

    /// <inheritdoc/>
    public IConflicts CreateConflicts(MountWork mount, Func<CancellationToken, Task<IOrigin>> connect) => new GitConflicts(mount);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Generation>> ReadHistoryAsync(MountWork mount, int most, CancellationToken cancellation) => GitHistory.ReadAsync(GitMount.RepositoryOf(mount.Root), most, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Generation>> ReadHistoryAsync(PublishedRoot drive, int most, CancellationToken cancellation)
    {
        if (drive.IsElsewhere)
            throw new DriveException(ErrorCode.NotSupported, $"{drive.Drive} lies at {drive.Path}, and its history with it.", $"See it in a mount: omnydrive clone {drive.Drive} DEST; then: omnydrive history DEST");
        LocalGitOrigin.RequireDrive(drive);
        return GitHistory.ReadAsync(new GitRepository(drive.Path), most, cancellation);
    }

    /// <inheritdoc/>
    public IRewinder CreateRewinder(MountWork mount, Func<CancellationToken, Task<IOrigin>> connect) => new GitRewinder();

    /// <inheritdoc/>
    public IRewinder CreateRewinder(PublishedRoot drive, OriginSettings settings) => new GitRewinder();

    // As Locate writes it.
    private static bool IsElsewhere(string source) => !Path.IsPathRooted(source);

    private static IGitOrigin GitOf(IOrigin origin) => origin as IGitOrigin ?? throw DriveException.Protocol($"The origin of {origin.Drive} is no git repository.");
}
