using System.Text;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>How a push of one branch ended.</summary>
/// <param name="Kind">How.</param>
/// <param name="Reason">What the origin said where it refused.</param>
internal readonly record struct GitPush(GitPushKind Kind, string Reason);

internal enum GitPushKind
{
    /// <summary>The origin's branch is there.</summary>
    Landed,
    /// <summary>The origin's branch is not where it was expected to be; nothing was changed.</summary>
    Moved,
    /// <summary>The origin does not take it; nothing was changed.</summary>
    Refused,
}

/// <summary>Moves commits between a mount's repository and its origin. What the origin is shown is asked for anew for each command.</summary>
internal sealed class GitTransport(GitRepository repository, IGitOrigin origin)
{
    /// <summary>Brings what the origin's branches have, and notes where they are. Changes no branch of the mount.</summary>
    /// <param name="isShallow">Whether of a repository without commits only the newest commit of each branch is brought.</param>
    /// <param name="cancellation">Ends it; what arrived is of use to the next.</param>
    internal async Task FetchAsync(bool isShallow, CancellationToken cancellation)
    {
        await RequireSamePlaceAsync(cancellation);
        var remote = await origin.GetRemoteAsync(DriveActions.Read, cancellation);
        await RunAsync(remote, ["fetch", "--quiet", "--prune", .. Giving(remote), .. isShallow ? ["--depth=1"] : Array.Empty<string>(), "--end-of-options", remote.Location, $"+{GitRefs.Heads}*:{GitRefs.AtOrigin("*")}"], cancellation);
    }

    /// <summary>The name of the branch that the origin has checked out, or that its clones begin with; null where it has no commit, and where none is checked out.</summary>
    internal async Task<string?> DefaultBranchAsync(CancellationToken cancellation)
    {
        await RequireSamePlaceAsync(cancellation);
        var remote = await origin.GetRemoteAsync(DriveActions.Read, cancellation);
        var told = await RunAsync(remote, ["ls-remote", "--symref", .. Giving(remote), "--end-of-options", remote.Location, "HEAD"], cancellation);
        var line = told.Split('\n').FirstOrDefault(line => line.StartsWith($"ref: {GitRefs.Heads}", StringComparison.Ordinal) && line.EndsWith("\tHEAD", StringComparison.Ordinal));
        return line?[$"ref: {GitRefs.Heads}".Length..^"\tHEAD".Length];
    }

    /// <summary>Moves a branch at the origin from where it is expected to be to a commit that follows from that; it lands only there.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="branch">The branch at the origin.</param>
    /// <param name="expected">Where it is expected; null where it must not exist.</param>
    /// <param name="cancellation">Ends it; it may have landed then.</param>
    internal async Task<GitPush> PushAsync(string commit, string branch, string? expected, CancellationToken cancellation)
    {
        if (expected is not null && !await repository.IsAncestorAsync(expected, commit, cancellation))
            throw new InvalidOperationException("A push never goes back.");
        await RequireSamePlaceAsync(cancellation);
        // To find out what the origin has already, git asks there as for a fetch.
        var remote = await origin.GetRemoteAsync(DriveActions.Read | DriveActions.Write, cancellation);
        string[] arguments = ["-c", "push.negotiate=true", "push", "--porcelain", "--no-verify", .. remote.ReceivePack is { } taking ? [$"--receive-pack={taking}"] : Array.Empty<string>(), $"--force-with-lease={GitRefs.Heads}{branch}:{expected}", "--end-of-options", remote.Location, $"{commit}:{GitRefs.Heads}{branch}"];
        var run = await repository.TryAsync([.. GitReach.ArgumentsOf(remote), .. arguments], cancellation, GitReach.EnvironmentOf(remote));
        return Read(Encoding.UTF8.GetString(run.Output), branch) ?? (run.ExitCode == 0
            ? throw DriveException.Protocol("git push said of no branch how it ended.")
            : throw Unreached(remote, "push", run.ExitCode, run.Errors));
    }

    // Whoever speaks for the hub could else send what is in the mount to a place of their own, or have it compared with what lies there. Mounts that do not remember their place are of a time when there was but one.
    private async Task RequireSamePlaceAsync(CancellationToken cancellation)
    {
        var known = await repository.ConfigAsync(GitRefs.AddressKey, cancellation) ?? $"omnydrive://{origin.Drive}";
        if (known != origin.Address)
            throw new DriveException(ErrorCode.RootMissing, $"The mount was cloned from {known}, and {origin.Drive} is now said to lie at {origin.Address}. Nothing was changed or sent.",
                $"If its publisher says so too: git -C {ShellWord.Of(repository.Directory)} config {GitRefs.AddressKey} {ShellWord.Of(origin.Address)}; then run the command again.");
    }

    /// <summary>Reads what <c>git push --porcelain</c> says of a branch: a flag, the refs, and how it ended; null where it says nothing of it.</summary>
    internal static GitPush? Read(string told, string branch)
    {
        foreach (var line in told.Split('\n'))
        {
            if (line.Split('\t') is not [{ Length: 1 } flag, var refs, var summary] || !refs.EndsWith($":{GitRefs.Heads}{branch}", StringComparison.Ordinal))
                continue;
            if (flag is " " or "*" or "=" or "+")
                return new GitPush(GitPushKind.Landed, "");
            var reason = summary.IndexOf('(', StringComparison.Ordinal) is >= 0 and var at ? summary[(at + 1)..].TrimEnd(')') : summary;
            return new GitPush(summary.StartsWith("[rejected]", StringComparison.Ordinal) ? GitPushKind.Moved : GitPushKind.Refused, reason);
        }
        return null;
    }

    /// <summary>Arguments that say what gives commits away at the other end, where the origin does not decide that by itself.</summary>
    internal static string[] Giving(GitRemote remote) => remote.UploadPack is { } giving ? [$"--upload-pack={giving}"] : [];

    /// <summary>Runs a command that goes to the origin; what it wrote. Throws <c>origin_unreachable</c> and the like where it does not get through.</summary>
    internal async Task<string> RunAsync(GitRemote remote, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var run = await repository.TryAsync([.. GitReach.ArgumentsOf(remote), .. arguments], cancellation, GitReach.EnvironmentOf(remote));
        return run.ExitCode == 0 ? Encoding.UTF8.GetString(run.Output) : throw Unreached(remote, arguments.First(argument => argument is "fetch" or "ls-remote" or "clone"), run.ExitCode, run.Errors);
    }

    // Asked first, an origin that is away or says no tells so by itself; what is left is what git says.
    private DriveException Unreached(GitRemote remote, string command, int exitCode, string errors) =>
        repository.Failed(command, exitCode, errors) is var failed && (remote.Url is not null || errors.Contains("unable to access", StringComparison.Ordinal) || errors.Contains("RPC failed", StringComparison.Ordinal))
            ? GitReach.Unreached(origin.Drive, remote, command, errors)
            : failed;
}
