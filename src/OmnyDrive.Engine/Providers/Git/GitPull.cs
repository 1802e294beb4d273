using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Brings the branch that a mount has checked out forward, with its files.</summary>
internal sealed class GitPull(GitRepository repository, RootDirectory root)
{
    private readonly GitWorkTree _tree = new(repository, root);

    /// <summary>
    /// Goes forward to a commit that follows from where the branch is. Throws <c>conflict</c> where a file is in the way that git does not know or leaves out, or was changed in the last instant.
    /// </summary>
    internal async Task ForwardAsync(string to, CancellationToken cancellation)
    {
        var run = await repository.TryAsync(["merge", "--ff-only", "--quiet", "--no-stat", "--no-overwrite-ignore", "--no-verify-signatures", "--", to], cancellation);
        if (run.ExitCode == 0)
            return;
        var failed = repository.Failed("merge", run.ExitCode, run.Errors);
        // As where the disk is full.
        repository.WasKilled |= await repository.IsDirtyAsync(cancellation);
        throw new DriveException(
            ErrorCode.Conflict, $"The mount's branch could not be brought forward: {failed.Message}{(repository.WasKilled ? "" : " Nothing was changed.")}",
            "Move what is in the way, or commit it in the mount; then: omnydrive sync");
    }

    /// <summary>Goes to the first commit of a branch that has none. What is here already stays as it is. May be begun again. False where somebody has made another first commit there meanwhile, which stays.</summary>
    internal async Task<bool> BeginAsync(string branch, string to, CancellationToken cancellation)
    {
        await _tree.FillAsync(to, cancellation);
        return await repository.MakeRefAsync(GitRefs.Heads + branch, to, cancellation);
    }

    /// <summary>
    /// Ends a pull that was killed. What it made already is told from what somebody changed since: that holds what the new commit has, or the beginning of it. It goes to the trash, and what the old commit has comes back, so
    /// that the pull is made again. Where there is anything else, or somebody has begun a merge or the like, all stays as it is and counts as changed.
    /// </summary>
    internal async Task ResumeAsync(string from, string to, CancellationToken cancellation)
    {
        if (await repository.CommitOfAsync(to, cancellation) is null || await _tree.UnfinishedAsync(cancellation) is not null)
            return;
        var head = await repository.CommitOfAsync("HEAD", cancellation);
        if (head is null && from == GitRefs.NoCommit && await repository.BranchAsync(cancellation) is { } branch)
            await BeginAsync(branch, to, cancellation);
        else if (head == from && await IsIndexOfAsync(from, to, cancellation))
            await TakeBackAsync(from, to, cancellation);
    }

    // Else somebody has chosen what to commit.
    private async Task<bool> IsIndexOfAsync(string from, string to, CancellationToken cancellation)
    {
        var index = await repository.TryAsync(["write-tree"], cancellation);
        if (index.ExitCode != 0)
            return false;
        var tree = System.Text.Encoding.ASCII.GetString(index.Output).TrimEnd('\n');
        foreach (var commit in new[] { from, to })
        {
            if ((await repository.RunAsync(["rev-parse", $"{commit}^{{tree}}"], cancellation)).TrimEnd('\n') == tree)
                return true;
        }
        return false;
    }

    private async Task TakeBackAsync(string from, string to, CancellationToken cancellation)
    {
        var index = Path.Combine(await repository.GitDirectoryAsync(cancellation), $"omnydrive-index.{Guid.NewGuid():N}");
        var environment = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index };
        try
        {
            // With the index of the old commit, all that was made shows as a difference.
            await repository.RunAsync(["read-tree", from], cancellation, environment);
            await repository.TryAsync(["update-index", "--refresh", "-q"], cancellation, environment);
            if (await HalfMade.FindAsync(repository, (from, to), environment, cancellation) is not { } paths)
                return;
            using (var trash = new TrashArea(root, $"pull-{Guid.NewGuid():N}"))
            {
                foreach (var path in paths)
                    Discard(path, trash);
            }
            root.ForgetLast();
            // Without force: what somebody has put there in the last instant stays.
            await _tree.RestoreMissingAsync(environment, cancellation);
            await repository.TryAsync(["update-index", "--refresh", "-q"], cancellation, environment);
            File.Move(index, Path.Combine(Path.GetDirectoryName(index)!, "index"), overwrite: true);
        }
        finally
        {
            File.Delete(index);
        }
    }

    private void Discard(DrivePath path, TrashArea trash)
    {
        if (root.Stat(path) is null)
            return;
        var trashed = trash.Holder(path);
        root.Holder(path).RenameNoReplace(path.Name, trashed, path.Name);
    }
}
