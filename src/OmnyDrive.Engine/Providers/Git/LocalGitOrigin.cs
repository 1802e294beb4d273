using OmnyDrive.Drives;
using OmnyDrive.Engine.Git;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Git;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>
/// A repository on this machine that is published. Git decides whether a push lands, under its own locks: only where the branch is where the client saw it, only forward, and on no protected branch. What is
/// checked out here goes along where the work tree is clean, and is not pushed to where it is not.
/// </summary>
internal sealed class LocalGitOrigin(PublishedRoot drive, Func<SyncRef, Task> landed) : IGitOrigin, IGitHost
{
    private const Capabilities All = Capabilities.Read | Capabilities.Write | Capabilities.Push | Capabilities.AtomicPush | Capabilities.Branch | Capabilities.History | Capabilities.Symlinks | Capabilities.Executable;

    private static readonly string[] Receiving =
        ["receive.denyNonFastForwards=true", "receive.denyDeletes=true", "receive.denyCurrentBranch=updateInstead", "receive.autogc=false", "receive.hideRefs=refs", "receive.hideRefs=!refs/heads"];

    // What is put aside, and what a mount that is published notes, is nobody else's.
    private static readonly string[] Giving = ["uploadpack.hideRefs=refs", "uploadpack.hideRefs=!refs/heads", "uploadpack.hideRefs=!refs/tags"];

    // For what a push still has to write when its client has gone.
    private static readonly TimeSpan ReceivingPatience = TimeSpan.FromMinutes(10);

    private readonly GitRepository _repository = new(drive.Path);

    /// <inheritdoc/>
    public DriveId Drive => drive.Drive;

    /// <inheritdoc/>
    public async Task<OriginHead> GetHeadAsync(CancellationToken cancellation = default)
    {
        RequireDrive(drive);
        return new OriginHead(await HeadAsync(cancellation), drive.AccessMode, All.Under(drive.AccessMode), FilterOptions.Default) { ProtectedBranches = await ProtectedAsync(cancellation) };
    }

    /// <summary>True: the history is that of the commits, and a mount looks there itself for what it knows.</summary>
    public Task<bool> HasBeenAtAsync(OriginGeneration state, CancellationToken cancellation = default) => Task.FromResult(true);

    /// <inheritdoc/>
    public async Task<GitRemote> GetRemoteAsync(DriveActions action, CancellationToken cancellation = default)
    {
        RequireDrive(drive);
        RequireAllowed(action);
        return new GitRemote(_repository.Directory, null) { UploadPack = CommandOf(Giving, "upload-pack"), ReceivePack = CommandOf(await ReceivingAsync(cancellation), "receive-pack") };
    }

    // Run by a shell that git starts, which hands down none of its settings; all of it is ours.
    private static string CommandOf(IEnumerable<string> settings, string service) => $"git {string.Join(' ', GitCommand.Settings.Concat(settings).Select(setting => $"-c {ShellWord.Of(setting)}"))} {service}";

    /// <inheritdoc/>
    public async Task ServeAsync(GitService service, GitExchange exchange, CancellationToken cancellation)
    {
        RequireDrive(drive);
        RequireAllowed(service == GitService.ReceivePack ? DriveActions.Write : DriveActions.Read);
        if (service == GitService.ReceivePack && exchange.Input is not null)
            await ReceiveAsync(exchange, cancellation);
        else
            await RunAsync(service, service == GitService.ReceivePack ? await ReceivingAsync(cancellation) : Giving, exchange, cancellation);
    }

    // Killed while it writes what is checked out, git would leave that half way: where the client has gone, git finds the end of what came, and goes on if that is a whole push, or gives it up and clears up.
    private async Task ReceiveAsync(GitExchange exchange, CancellationToken cancellation)
    {
        var (before, settings) = (await HeadAsync(cancellation), await ReceivingAsync(cancellation));
        using var receiving = GitReceiving.Begin(GitPlace.RepositoryOf(drive.Path), drive.Path);
        await using var input = new EndingStream(exchange.Input!, cancellation);
        await using var output = new LeavingStream(exchange.Output);
        using var patience = new CancellationTokenSource();
        using var leaving = cancellation.Register(() => patience.CancelAfter(ReceivingPatience));
        var (exitCode, errors) = await ExchangeAsync(GitService.ReceivePack, settings, exchange with { Input = input, Output = output }, patience.Token);
        // Killed, it has left what the next push clears up.
        if (exitCode <= 128)
            receiving.HasEnded();
        if (await HeadAsync(CancellationToken.None) is var now && now != before)
            await landed(now);
        input.ThrowIfFailed();
        Require(GitService.ReceivePack, exitCode, errors);
    }

    private async Task RunAsync(GitService service, IEnumerable<string> settings, GitExchange exchange, CancellationToken cancellation)
    {
        var (exitCode, errors) = await ExchangeAsync(service, settings, exchange, cancellation);
        Require(service, exitCode, errors);
    }

    private void Require(GitService service, int exitCode, string errors)
    {
        if (exitCode != 0)
            throw _repository.Failed(NameOf(service), exitCode, errors);
    }

    private static string NameOf(GitService service) => service == GitService.ReceivePack ? "receive-pack" : "upload-pack";

    private async Task<(int ExitCode, string Errors)> ExchangeAsync(GitService service, IEnumerable<string> settings, GitExchange exchange, CancellationToken cancellation)
    {
        string[] arguments = [.. settings.SelectMany(setting => new[] { "-c", setting }), NameOf(service), "--stateless-rpc", .. exchange.Input is null ? ["--advertise-refs"] : Array.Empty<string>(), "."];
        var environment = new Dictionary<string, string>();
        if (exchange.Protocol is { } protocol)
            environment["GIT_PROTOCOL"] = protocol;
        return await GitCommand.ExchangeAsync(
            _repository.Directory, arguments, environment,
            to => exchange.Input is { } input ? GitCommand.CopyAsync(input, to, cancellation) : Task.CompletedTask,
            from => from.CopyToAsync(exchange.Output, 64 << 10, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public bool HasLargeFile(GitLargeFile file) => LargeFiles(DriveActions.Read).Has(file);

    /// <inheritdoc/>
    public Stream? OpenLargeFile(GitLargeFile file) => LargeFiles(DriveActions.Read).Open(file);

    /// <inheritdoc/>
    public Task TakeLargeFileAsync(GitLargeFile file, Stream content, CancellationToken cancellation) => LargeFiles(DriveActions.Write).AddAsync(file, content, cancellation);

    private LargeFileStore LargeFiles(DriveActions action)
    {
        RequireDrive(drive);
        RequireAllowed(action);
        return new LargeFileStore(GitPlace.RepositoryOf(drive.Path));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<SyncRef> HeadAsync(CancellationToken cancellation) => SyncRef.OfCommit(await _repository.CommitOfAsync("HEAD", cancellation) ?? GitRefs.NoCommit);

    private async Task<IReadOnlyList<string>> ProtectedAsync(CancellationToken cancellation) => await GitProtection.ReadAsync(_repository, cancellation) ?? ProtectedBranches.Default;

    // A branch that nobody has made yet is not protected: somebody must be able to make it. One that stands for another would move that.
    private async Task<IReadOnlyList<string>> ReceivingAsync(CancellationToken cancellation)
    {
        var settings = new List<string>(Receiving) { $"core.hooksPath={PushToCheckout.Write(GitPlace.RepositoryOf(drive.Path))}" };
        foreach (var branch in await ProtectedAsync(cancellation))
        {
            if (await _repository.CommitOfAsync(GitRefs.Heads + branch, cancellation) is not null)
                settings.Add($"receive.hideRefs={GitRefs.Heads}{branch}");
        }
        foreach (var line in (await _repository.RunAsync(["for-each-ref", "--format=%(symref) %(refname)", GitRefs.Heads], cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] != ' ')
                settings.Add($"receive.hideRefs={line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]}");
        }
        return settings;
    }

    private void RequireAllowed(DriveActions action)
    {
        if (action.HasFlag(DriveActions.Write) && drive.AccessMode == AccessMode.ReadOnly)
            throw new DriveException(ErrorCode.ReadOnly, $"{Drive} is published read-only; it takes no push.", "Ask its publisher for a read-write drive.");
    }

    /// <summary>Throws <c>root_missing</c> where the source of a drive is gone, or is another.</summary>
    internal static void RequireDrive(PublishedRoot drive)
    {
        if (!System.IO.Directory.Exists(drive.Path) || GitPlace.TopOf(drive.Path) is null)
            throw new DriveException(ErrorCode.RootMissing, $"There is no git repository at \"{drive.Path}\".", "Nothing was changed. If its disk is not mounted, mount it and run the command again.");
        RootGuard.OpenDrive(GitPlace.RepositoryOf(drive.Path), drive.Drive, drive.Identity).Dispose();
    }
}
