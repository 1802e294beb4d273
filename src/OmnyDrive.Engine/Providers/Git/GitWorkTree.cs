using System.Globalization;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Errors;
using OmnyDrive.Git;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>The work tree of a mount: what it holds that no commit has, and how a first commit comes into it.</summary>
internal sealed class GitWorkTree(GitRepository repository, RootDirectory root)
{
    private static readonly (string Path, string What)[] Beginnings =
        [("rebase-merge", "rebase"), ("rebase-apply/applying", "am"), ("rebase-apply", "rebase"), ("MERGE_HEAD", "merge"), ("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert")];

    /// <summary>What somebody began here and did not end; null where nothing.</summary>
    internal async Task<string?> UnfinishedAsync(CancellationToken cancellation)
    {
        var git = await repository.GitDirectoryAsync(cancellation);
        return Beginnings.FirstOrDefault(beginning => Path.Exists(Path.Combine(git, beginning.Path))).What ?? (await repository.IsUnmergedAsync(cancellation) ? BranchDivergence.Unmerged : null);
    }

    /// <summary>What lies here: the commit that is checked out, or where it is dirty the tree that a commit of all that lies here would have. Changes nothing in the repository.</summary>
    internal async Task<GitOurs> OursAsync(string? commit, bool isDirty, CancellationToken cancellation)
    {
        if (!isDirty)
            return new GitOurs(commit, repository, null);
        var scratch = await GitScratch.OpenAsync(repository, cancellation);
        try
        {
            await scratch.Repository.AddAllAsync(cancellation);
            return new GitOurs((await scratch.Repository.RunAsync(["write-tree"], cancellation)).TrimEnd('\n'), scratch.Repository, scratch);
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Brings the files of a first commit here, each whole or not at all: they are made in the staging area and renamed from there. What is here already stays as it is; it was put here, or came with an
    /// earlier call that was broken off.
    /// </summary>
    internal async Task FillAsync(string commit, CancellationToken cancellation)
    {
        await repository.RunAsync(["read-tree", commit], cancellation);
        using var staging = PrivateDirectory.OpenOrMake(root, RootLayout.Staging);
        var name = $"checkout-{Guid.NewGuid():N}";
        staging.MakeDirectory(name, FileModes.AllAll);
        var path = Path.Combine(root.Top.Path, NameRules.PrivateDirectory, RootLayout.Staging, name);
        var areAllPlaced = true;
        try
        {
            await repository.RunAsync([$"--work-tree={path}", "checkout-index", "--all", "--index", "--quiet"], cancellation);
            using var made = staging.OpenDirectory(name);
            foreach (var listed in made.List())
                areAllPlaced &= PlaceUnlessThere(made, listed.Name);
            root.Top.SyncFileSystem();
        }
        finally
        {
            System.IO.Directory.Delete(path, recursive: true);
        }
        // Where a directory was here already, what is lacking in it; without force git leaves what is there, and says so by its exit code.
        if (!areAllPlaced)
            await RestoreMissingAsync(new Dictionary<string, string>(), cancellation);
        await repository.TryAsync(["update-index", "--refresh", "-q"], cancellation);
    }

    /// <summary>
    /// Brings what an index has and the work tree lacks. What is there stays as it is, and git says that by its exit code. Throws <c>failed</c> where something is still lacking then, as where the disk is full or a file is in the
    /// place of a directory: nobody may take it for deleted.
    /// </summary>
    internal async Task RestoreMissingAsync(IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        var run = await repository.TryAsync(["checkout-index", "--all", "--index", "--quiet"], cancellation, environment);
        var lacking = (await repository.RunAsync(["ls-files", "--deleted", "-z"], cancellation, environment)).Split('\0');
        if (lacking[0].Length > 0)
            throw new DriveException(ErrorCode.Failed, $"\"{lacking[0]}\"{(lacking.Length > 2 ? $" and {lacking.Length - 2} more" : "")} could not be written in \"{root.Top.Path}\": {repository.Failed("checkout-index", run.ExitCode, run.Errors).Message}",
                "Make room, or move away what lies in its place, and run the same command again.");
    }

    private bool PlaceUnlessThere(IDirectoryHandle made, string name)
    {
        try
        {
            made.RenameNoReplace(name, root.Top, name);
            return true;
        }
        catch (FileOperationException e) when (e.Error == FileError.Exists)
        {
            return false;
        }
    }

    /// <summary>Throws <c>invalid</c> where a commit holds what would lie in the private directory of the mount.</summary>
    internal async Task RequirePlaceableAsync(string commit, CancellationToken cancellation)
    {
        var names = (await repository.RunAsync(["ls-tree", "-z", "--name-only", "--end-of-options", commit], cancellation)).Split('\0');
        if (names.FirstOrDefault(name => name.Equals(NameRules.PrivateDirectory, StringComparison.OrdinalIgnoreCase)) is { } taken)
            throw DriveException.Invalid($"The commit {commit[..12]} holds \"{taken}\", which is the private directory of a mount. Nothing was changed.", "Take it out of the repository: git rm -r --cached .omnydrive");
    }

    /// <summary>How many files a commit holds, and bytes in them; and its submodules, which are not brought with it.</summary>
    internal async Task<(long Files, long Bytes, IReadOnlyList<Problem> Submodules)> DescribeAsync(string commit, CancellationToken cancellation)
    {
        var (files, bytes, problems) = (0L, 0L, new List<Problem>());
        await repository.ExchangeAsync(["ls-tree", "-r", "-z", "--long", "--end-of-options", commit], null, async output =>
        {
            var records = new GitRecords(output);
            while (await records.ReadTextAsync(cancellation) is { } entry)
            {
                // mode, kind, id, size, and behind a tab the path.
                var end = entry.IndexOf('\t', StringComparison.Ordinal);
                var parts = entry[..end].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (parts is [_, "blob", _, var size])
                    (files, bytes) = (files + 1, bytes + long.Parse(size, CultureInfo.InvariantCulture));
                else if (parts is [GitRow.SubmoduleMode, ..])
                    problems.Add(new Problem(entry[(end + 1)..], "it is a submodule, and its content was not brought; in the mount: git submodule update --init"));
            }
        }, cancellation);
        return (files, bytes, problems);
    }
}
