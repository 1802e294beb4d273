using OmnyDrive.Drives;
using OmnyDrive.Engine.Credentials;
using OmnyDrive.Engine.Git;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Git;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>
/// A repository at a server that knows nothing of OmnyDrive. Git goes there with the credential that this machine keeps for that server. Whether a push lands is for that server to say; that it moves branches only forward, and only from
/// where they were seen, is how it is asked.
/// </summary>
internal sealed class RemoteGitOrigin : IGitOrigin
{
    private const Capabilities All = Capabilities.Read | Capabilities.Write | Capabilities.Push | Capabilities.AtomicPush | Capabilities.Branch | Capabilities.History | Capabilities.Symlinks | Capabilities.Executable;

    private readonly AccessMode _accessMode;
    private readonly IReadOnlyList<string>? _protectedBranches;
    private readonly Func<DriveActions, CancellationToken, Task> _permit;
    private readonly Func<GitUrl, HostCredential?> _credentials;

    /// <summary>Reaches a remote; throws <c>invalid</c> where its URL is one that nobody must make this machine dial, whatever the hub let through.</summary>
    /// <param name="drive">The drive.</param>
    /// <param name="accessMode">What its publisher permits.</param>
    /// <param name="remote">Where it lies.</param>
    /// <param name="permit">Asks whether an action is allowed; throws where it is not.</param>
    /// <param name="credentials">Finds what a server is shown.</param>
    internal RemoteGitOrigin(DriveId drive, AccessMode accessMode, DriveRemote remote, Func<DriveActions, CancellationToken, Task> permit, Func<GitUrl, HostCredential?> credentials)
    {
        (Drive, _accessMode, _protectedBranches, _permit, _credentials) = (drive, accessMode, remote.ProtectedBranches, permit, credentials);
        Url = GitUrl.Parse(remote.Url);
        if (ForbiddenHosts.Contains(Url.Host))
            throw DriveException.Invalid($"{drive} lies at {Url.Host}, an address that nobody may make this machine dial.", "Ask its publisher.");
    }

    /// <inheritdoc/>
    public DriveId Drive { get; }

    /// <inheritdoc/>
    public string Address => Url.Text;

    internal GitUrl Url { get; }

    /// <inheritdoc/>
    public async Task<OriginHead> GetHeadAsync(CancellationToken cancellation = default)
    {
        var told = await LookAsync(cancellation);
        return new OriginHead(SyncRef.OfCommit(told ?? GitRefs.NoCommit), _accessMode, All.Under(_accessMode), FilterOptions.Default) { ProtectedBranches = _protectedBranches };
    }

    /// <summary>True: the history is that of the commits, and a mount looks there itself for what it knows.</summary>
    public Task<bool> HasBeenAtAsync(OriginGeneration state, CancellationToken cancellation = default) => Task.FromResult(true);

    /// <inheritdoc/>
    public async Task<GitRemote> GetRemoteAsync(DriveActions action, CancellationToken cancellation = default)
    {
        await _permit(action, cancellation);
        return Remote();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private GitRemote Remote()
    {
        var credential = _credentials(Url);
        if (credential?.Secret is not null && Url.Scheme == "http" && !GitReach.IsLoopback(Url.Host))
            throw new DriveException(ErrorCode.InsecureTransport, $"What is kept for {Url.Server} would go there without encryption, for all on the network to read.", "Ask the publisher for an https URL.");
        return new GitRemote(Url.Text, null)
        {
            Url = Url,
            Login = credential?.Secret is { } secret ? new GitLogin(credential.Username ?? "x-access-token", secret) : null,
            KeyFile = credential?.KeyFile,
        };
    }

    // In no repository, so that none decides about it.
    private async Task<string?> LookAsync(CancellationToken cancellation)
    {
        var remote = Remote();
        var environment = GitReach.EnvironmentOf(remote);
        environment["GIT_DIR"] = "/dev/null";
        var run = await GitCommand.RunAsync(Path.GetPathRoot(Path.GetTempPath())!, [.. GitReach.ArgumentsOf(remote), "ls-remote", "--end-of-options", remote.Location, "HEAD"], 1 << 20, cancellation, environment);
        if (run.ExitCode != 0)
            throw GitReach.Unreached(Drive, remote, "ls-remote", run.Errors);
        var line = System.Text.Encoding.UTF8.GetString(run.Output).Split('\n').FirstOrDefault(line => line.EndsWith("\tHEAD", StringComparison.Ordinal));
        if (line?.Split('\t')[0] is not { } commit || !SyncRef.TryParse($"git:{commit}", out _))
            return null;
        return commit.Length == GitRefs.NoCommit.Length ? commit
            : throw new DriveException(ErrorCode.NotSupported, $"The ids of the repository at {Url} are not those of SHA-1, which alone are known here.", "Publish a repository with ids of SHA-1.");
    }
}
