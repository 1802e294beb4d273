using OmnyDrive.Engine.Git;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Brings the branch that a mount has checked out forward, with its files.</summary>
internal sealed class GitPull(GitRepository repository)
{
    /// <summary>
    /// Goes forward to a commit that follows from where the branch is. Throws <c>conflict</c>, and changes nothing, where a file is in the way that git does not know or leaves out, or was changed in the last instant.
    /// </summary>
    internal async Task ForwardAsync(string to, CancellationToken cancellation)
    {
        var run = await GitCommand.RunAsync(repository.Directory, ["merge", "--ff-only", "--quiet", "--no-stat", "--no-overwrite-ignore", "--no-verify-signatures", "--", to], 16 << 20, cancellation);
        if (run.ExitCode != 0)
        {
            throw new DriveException(
                ErrorCode.Conflict, $"The mount's branch could not be brought forward: {repository.Failed("merge", run.ExitCode, run.Errors).Message} Nothing was changed.",
                "Move what is in the way, or commit it in the mount; then: omnydrive sync");
        }
    }

    /// <summary>
    /// Ends a pull that was broken off. What it made already is told from what somebody changed since: that holds what the new commit has, or the beginning of it. Where there is anything else the work tree stays
    /// as it is, and all of it counts as changed.
    /// </summary>
    internal async Task ResumeAsync(string from, string to, CancellationToken cancellation)
    {
        if (await repository.CommitOfAsync("HEAD", cancellation) != from || await repository.CommitOfAsync(to, cancellation) is null)
            return;
        // With the index of the old commit, all that was made shows as a difference.
        await repository.RunAsync(["read-tree", from], cancellation);
        var changed = await HalfMade.FindAsync(repository, from, to, cancellation);
        if (changed is null)
            return;
        // These paths are ours: as they were, git takes them for unchanged and goes on.
        if (changed.Count > 0)
            await repository.RunAsync(["checkout-index", "--force", "-z", "--stdin"], cancellation, input: System.Text.Encoding.UTF8.GetBytes(string.Join('\0', changed.Where(path => !path.IsNew).Select(path => path.Path)) + "\0"));
        foreach (var made in changed.Where(path => path.IsNew))
            File.Delete(Path.Combine(repository.Directory, made.Path));
        await GitCommand.RunAsync(repository.Directory, ["update-index", "--refresh", "-q"], 16 << 20, cancellation);
    }
}
