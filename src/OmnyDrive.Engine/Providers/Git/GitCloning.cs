using OmnyDrive.Engine.Roots;
using OmnyDrive.Git;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>
/// Makes the repository of a new mount, by <c>git clone</c> in the private directory, from where it gets its place by one rename: whatever lies at <c>.git</c> is whole. Unlike a fetch, a clone knows while it unpacks that
/// all is there which it was sent for.
/// </summary>
internal sealed class GitCloning(MountWork work, IGitOrigin origin)
{
    private const string Place = "git-clone", Made = "made", TagOption = $"remote.{GitRefs.Remote}.tagOpt";

    /// <summary>
    /// Makes it, without files and with no commit on the branch that is checked out; returns the branch that clones begin with, null where the origin has none with a commit. What an earlier call left that was
    /// broken off is removed first.
    /// </summary>
    internal async Task<string?> MakeAsync(bool isShallow, CancellationToken cancellation)
    {
        using var directory = PrivateDirectory.OpenOrMake(work.Root);
        var place = Path.Combine(work.Root.Top.Path, RootLayout.Private.ToString(), Place);
        if (directory.Stat(Place) is not null)
            System.IO.Directory.Delete(place, recursive: true);
        using var own = PrivateDirectory.OpenOrMake(directory, Place);
        try
        {
            await CloneAsync(place, isShallow, cancellation);
            var branch = await PrepareAsync(new GitRepository(Path.Combine(place, Made)), cancellation);
            using var made = own.OpenDirectory(Made);
            made.RenameNoReplace(".git", work.Root.Top, ".git");
            return branch;
        }
        finally
        {
            System.IO.Directory.Delete(place, recursive: true);
        }
    }

    private async Task CloneAsync(string place, bool isShallow, CancellationToken cancellation)
    {
        var remote = await origin.GetRemoteAsync(DriveActions.Read, cancellation);
        string[] arguments =
        [
            "-c", $"init.defaultBranch={ProtectedBranches.Default[0]}", "clone", "--quiet", "--no-checkout", "--no-local", "--template=", $"--origin={GitRefs.Remote}", "--config", $"{GitRefs.AddressKey}={origin.Address}",
            .. GitTransport.Giving(remote), .. isShallow ? ["--depth=1", "--no-single-branch", "--no-tags"] : Array.Empty<string>(), "--end-of-options", remote.Location, Made,
        ];
        await new GitTransport(new GitRepository(place), origin).RunAsync(remote, arguments, cancellation);
    }

    private async Task<string?> PrepareAsync(GitRepository repository, CancellationToken cancellation)
    {
        // So that git itself knows how the branches stand; to what OmnyDrive serves, only a sync has what it takes to go there.
        await repository.SetConfigAsync($"remote.{GitRefs.Remote}.url", origin.Address, cancellation);
        // A shallow clone is told to bring no tags, for it would bring the commit of each; later ones that fit do come.
        if (await repository.ConfigAsync(TagOption, cancellation) is not null)
            await repository.RunAsync(["config", "--local", "--unset-all", TagOption], cancellation);
        await ExcludePrivateAsync(Path.Combine(repository.Directory, ".git"), cancellation);
        // Where the origin's HEAD was once says nothing later, and is a fault to fsck when that branch goes.
        await DeleteAsync(repository, GitRefs.AtOrigin("HEAD"), cancellation);
        var branch = await repository.BranchAsync(cancellation);
        if (branch is not null && await repository.CommitOfAsync(GitRefs.AtOrigin(branch), cancellation) is not null)
        {
            // Without its files, a branch would say that they were deleted.
            await DeleteAsync(repository, GitRefs.Heads + branch, cancellation);
            return branch;
        }
        await repository.RunAsync(["symbolic-ref", "HEAD", GitRefs.Heads + ProtectedBranches.Default[0]], cancellation);
        return null;
    }

    private static Task<string> DeleteAsync(GitRepository repository, string reference, CancellationToken cancellation) => repository.RunAsync(["update-ref", "--no-deref", "-d", reference], cancellation);

    private static async Task ExcludePrivateAsync(string git, CancellationToken cancellation)
    {
        System.IO.Directory.CreateDirectory(Path.Combine(git, "info"));
        await File.WriteAllTextAsync(Path.Combine(git, "info", "exclude"), $"# What OmnyDrive keeps for this mount.\n/{RootLayout.Private}/\n", cancellation);
    }
}
