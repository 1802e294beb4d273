using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Roots;

/// <summary>An exclusive lock of a root, held until disposed or until the process ends. Advisory (flock), so a dead holder blocks nobody.</summary>
internal sealed class RootLock : IDisposable
{
    /// <summary>For tests: what happens in this flow of control between opening the file and locking it.</summary>
    internal static AsyncLocal<Action?> BeforeLocking { get; } = new();

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly IDirectoryHandle _directory;
    private readonly SafeFileHandle _file;

    private RootLock(IDirectoryHandle directory, SafeFileHandle file) => (_directory, _file) = (directory, file);

    /// <summary>Takes the lock or throws <c>lock_held</c> at once, which names the holder.</summary>
    internal static RootLock Take(RootDirectory root, string name) => TryTake(root, name)
        ?? throw new DriveException(ErrorCode.LockHeld, $"{LockHolder.Read(root, name) ?? "Another command"} is working on \"{root.Top.Path}\".", "Wait until it has finished and run this one again.");

    /// <summary>Waits for the lock; throws <c>lock_held</c> after <paramref name="patience"/>.</summary>
    internal static async Task<RootLock> WaitAsync(RootDirectory root, string name, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (TryTake(root, name) is { } taken)
                return taken;
            if (time.GetElapsedTime(started) > patience)
                return Take(root, name);
            await Task.Delay(Interval, time, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_file.IsClosed)
            _directory.Unlock(_file);
        _file.Dispose();
        _directory.Dispose();
    }

    /// <summary>Takes the lock; null where another holds it.</summary>
    internal static RootLock? TryTake(RootDirectory root, string name)
    {
        while (true)
        {
            if (TryLock(root, name) is not { } locked)
                return null;
            // Whoever held it may have removed the file before giving the lock back: then it is a lock of nothing, and the next one makes another.
            if (IsNamed(root, name, locked))
                return locked;
            locked.Dispose();
        }
    }

    private static RootLock? TryLock(RootDirectory root, string name)
    {
        var directory = PrivateDirectory.OpenOrMake(root);
        SafeFileHandle? file = null;
        try
        {
            file = directory.OpenOrCreate(name, FileModes.PrivateFile);
            BeforeLocking.Value?.Invoke();
            if (directory.TryLock(file))
            {
                LockHolder.Write(directory, file);
                return new RootLock(directory, file);
            }
        }
        catch
        {
            file?.Dispose();
            directory.Dispose();
            throw;
        }
        file.Dispose();
        directory.Dispose();
        return null;
    }

    // Asked of the root anew: the directory that holds the file may have been removed with it.
    private static bool IsNamed(RootDirectory root, string name, RootLock locked)
    {
        var own = locked._directory.Stat(locked._file);
        return root.Stat(RootLayout.Private.Append(name)) is { } named && named.Inode == own.Inode && named.Device == own.Device;
    }
}
