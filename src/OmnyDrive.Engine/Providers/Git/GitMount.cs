using OmnyDrive.Engine.Files;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>The repository of a mount.</summary>
internal static class GitMount
{
    /// <summary>It; throws <c>root_missing</c> where the mount has lost it. What else the mount holds is never taken for one.</summary>
    internal static GitRepository RepositoryOf(RootDirectory root) => System.IO.Directory.Exists(Path.Combine(root.Top.Path, ".git"))
        ? new GitRepository(root.Top.Path, isMount: true)
        : throw new DriveException(ErrorCode.RootMissing, $"The mount \"{root.Top.Path}\" has lost its repository: there is no .git in it.", "Nothing was changed. Bring it back, or clone the drive again elsewhere.");
}
