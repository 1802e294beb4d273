using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>
/// Says in a mount's private directory that git is changing its repository for us, and with which pull, so that whoever comes after a kill knows what was left behind and by whom. The caller holds the mount's sync lock.
/// </summary>
internal sealed class GitWork(GitRepository repository, RootDirectory root)
{
    private const string Name = "git-work";
    private const int MaxBytes = 1024;

    /// <summary>Begins work; with the commits that a pull leads from and to, where it is one.</summary>
    internal void Begin((string From, string To)? pull = null)
    {
        using var directory = PrivateDirectory.OpenOrMake(root);
        PrivateDirectory.Replace(directory, Name, Encoding.ASCII.GetBytes(pull is null ? "work\n" : $"pull {pull.Value.From} {pull.Value.To}\n"));
    }

    /// <summary>Says that the work is done.</summary>
    internal void End()
    {
        using var directory = PrivateDirectory.OpenOrMake(root);
        if (directory.Stat(Name) is not null)
            directory.RemoveFile(Name);
    }

    /// <summary>
    /// Clears up after work that was broken off: git's own lock files, and a pull of which a part is done. Throws <c>lock_held</c> where git is still at it. False where nothing was broken off.
    /// </summary>
    internal async Task<bool> RecoverAsync(CancellationToken cancellation)
    {
        if (Read() is not { } work)
            return false;
        var isAtIt = GitProcesses.AnyIn(root.Top.Path);
        if (isAtIt is true)
            throw new DriveException(ErrorCode.LockHeld, $"git is still running in \"{root.Top.Path}\", for a sync that was broken off.", "Wait until it has ended, and run the command again.");
        // Where nobody can tell, git's locks are left to the user.
        if (isAtIt is false)
            GitLocks.Remove(await repository.GitDirectoryAsync(cancellation), work.Began);
        if (work.Words is [var kind, var from, var to] && kind == "pull")
            await new GitPull(repository, root).ResumeAsync(from, to, cancellation);
        End();
        return true;
    }

    private (string[] Words, DateTime Began)? Read()
    {
        var path = RootLayout.Private.Append(Name);
        if (root.Stat(path) is not { Kind: FileKind.File } stat)
            return null;
        using var directory = root.Open(RootLayout.Private);
        using var file = directory.OpenRead(Name);
        Span<byte> bytes = stackalloc byte[MaxBytes];
        return (Encoding.ASCII.GetString(bytes[..directory.Read(file, bytes, 0)]).Trim('\n').Split(' '), DateTime.UnixEpoch.AddTicks(stat.Modified / 100));
    }
}
