using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>
/// The contents that Git LFS keeps beside commits: brings those that the files of a mount point at, and sends those of new commits before these go. By <c>git-lfs</c>, where it is installed; where it is not the pointers stay, and that is
/// told. Where it goes is ours to say: what a repository says of that is somebody else's word.
/// </summary>
internal sealed class GitLargeFiles(GitRepository repository, IGitOrigin origin)
{
    // Set where something could not be brought, so that each later sync tries again.
    private const string LackingKey = "omnydrive.lfsLacking";

    private const string Filter = "filter.lfs.process";

    /// <summary>Whether an earlier call could not bring all.</summary>
    internal async Task<bool> IsLackingAsync(CancellationToken cancellation) => await repository.ConfigAsync(LackingKey, cancellation) is not null;

    /// <summary>Brings what the files of the commit that is checked out point at; returns what is lacking, and why. Files that somebody changed stay as they are.</summary>
    internal async Task<IReadOnlyList<Problem>> BringAsync(CancellationToken cancellation)
    {
        if (!await IsUsedAsync("HEAD", cancellation) || await PointersAsync(cancellation) is not (> 0, var first) pointers)
            return await NotLackingAsync(cancellation);
        var others = pointers.Count > 1 ? $", as {pointers.Count - 1} more" : "";
        if (!await IsInstalledAsync(cancellation))
            return await LackingAsync(new Problem(first, $"it is a file of Git LFS{others}, and git-lfs, which brings its content, is not installed; install it, then: omnydrive sync"), cancellation);
        await SetUpAsync(cancellation);
        var (exitCode, errors) = await RunAsync(DriveActions.Read, ["pull", GitRefs.Remote], cancellation);
        return exitCode == 0
            ? await NotLackingAsync(cancellation)
            : await LackingAsync(new Problem(first, $"it is a file of Git LFS{others}, and not all contents could be brought: {GitErrors.Shorten(errors)}; try again: omnydrive sync"), cancellation);
    }

    /// <summary>
    /// Sends what commits point at that are to be pushed, whoever set git-lfs up and where. Throws <c>failed</c> where the origin does not take it, and <c>not_supported</c> where git-lfs is not installed and they point at what the
    /// origin may lack, for others would have pointers to nothing.
    /// </summary>
    internal async Task SendAsync(string commit, CancellationToken cancellation)
    {
        // Where no commit says so, what git-lfs took in here does.
        if (!await IsUsedAsync(commit, cancellation) && !System.IO.Directory.Exists(Path.Combine(await repository.GitDirectoryAsync(cancellation), "lfs", "objects")))
            return;
        if (!await IsInstalledAsync(cancellation))
        {
            await RequireKnownAsync(commit, cancellation);
            return;
        }
        await SetUpAsync(cancellation);
        var (exitCode, errors) = await RunAsync(DriveActions.Read | DriveActions.Write, ["push", GitRefs.Remote, commit], cancellation);
        if (exitCode != 0)
            throw new DriveException(ErrorCode.Failed, $"The contents of files of Git LFS could not be sent to {origin.Drive}, so no commit was pushed: {GitErrors.Shorten(errors)}", "What was committed is kept in the mount. Run omnydrive sync again; what git-lfs says itself: git lfs logs last");
    }

    // What the origin points at already is not made worse by pointing at it again.
    private async Task RequireKnownAsync(string commit, CancellationToken cancellation)
    {
        if (await new GitPointers(repository).FindNewAsync(commit, cancellation) is { } path)
            throw new DriveException(ErrorCode.NotSupported, $"\"{path}\" is a file of Git LFS whose content {origin.Drive} may lack, and git-lfs, which would send it, is not installed. No commit was pushed.", "Install git-lfs and run omnydrive sync again. What was committed is kept in the mount.");
    }

    // What is taken in and out goes through it from now on; contents come by our call alone, and not whenever a file is written.
    private async Task SetUpAsync(CancellationToken cancellation)
    {
        if (await repository.ConfigAsync(Filter, cancellation) is null)
            await repository.RunAsync(["lfs", "install", "--local", "--skip-smudge", "--skip-repo"], cancellation);
    }

    // As the attributes of a commit say, anywhere in it.
    private async Task<bool> IsUsedAsync(string commit, CancellationToken cancellation) =>
        await repository.CommitOfAsync(commit, cancellation) is { } id
        && await repository.AskAsync(["grep", "--quiet", "--fixed-strings", "-e", "filter=lfs", id, "--", ":(glob)**/.gitattributes"], cancellation) is not null;

    private async Task<(int Count, string First)> PointersAsync(CancellationToken cancellation)
    {
        var (count, first) = (0, "");
        await repository.ExchangeAsync(["ls-files", "-z", "--", ":(attr:filter=lfs)"], null, async output =>
        {
            var records = new GitRecords(output);
            while (await records.ReadTextAsync(cancellation) is { } name)
                first = count++ == 0 ? name : first;
        }, cancellation);
        return (count, first);
    }

    private async Task<bool> IsInstalledAsync(CancellationToken cancellation) => (await repository.TryAsync(["lfs", "version"], cancellation)).ExitCode == 0;

    private async Task<(int ExitCode, string Errors)> RunAsync(DriveActions actions, string[] command, CancellationToken cancellation)
    {
        var remote = await origin.GetRemoteAsync(actions, cancellation);
        var place = PlaceOf(remote);
        // Whatever the repository's own .lfsconfig says, which came from somebody else.
        string[] settings = ["-c", $"lfs.url={place}", "-c", $"lfs.pushurl={place}", "-c", "lfs.locksverify=false", "-c", "lfs.fetchinclude=", "-c", "lfs.fetchexclude=", "-c", "lfs.skipdownloaderrors=false", "-c", "lfs.allowincompletepush=false"];
        var run = await repository.TryAsync([.. settings, .. GitReach.ArgumentsOf(remote), "lfs", .. command], cancellation, GitReach.EnvironmentOf(remote));
        repository.WasKilled |= run.ExitCode > 128;
        return (run.ExitCode, run.ExitCode == 0 ? "" : run.Errors.Length > 0 ? run.Errors : System.Text.Encoding.UTF8.GetString(run.Output));
    }

    /// <summary>Where git-lfs goes for an origin; see git-lfs' docs/api/server-discovery.md.</summary>
    internal static string PlaceOf(GitRemote remote) => remote switch
    {
        { Url: { IsSsh: true } url } => url.Text,
        { Url: { } url } => $"{url.Text.TrimEnd('/')}{(url.Path.TrimEnd('/').EndsWith(".git", StringComparison.Ordinal) ? "" : ".git")}/info/lfs",
        { Ticket: not null } => $"{remote.Location}/info/lfs",
        _ => new Uri(remote.Location).AbsoluteUri,
    };

    private async Task<IReadOnlyList<Problem>> LackingAsync(Problem problem, CancellationToken cancellation)
    {
        await repository.SetConfigAsync(LackingKey, "true", cancellation);
        return [problem];
    }

    private async Task<IReadOnlyList<Problem>> NotLackingAsync(CancellationToken cancellation)
    {
        if (await IsLackingAsync(cancellation))
            await repository.RunAsync(["config", "--local", "--unset-all", LackingKey], cancellation);
        return [];
    }
}
