namespace OmnyDrive.Testing;

/// <summary>A directory for one test, removed with it.</summary>
public sealed class ScratchDirectory : IDisposable
{
    private const string Memory = "/dev/shm";

    public ScratchDirectory() => Path = System.IO.Directory.CreateTempSubdirectory("omnydrive-test-").FullName;

    private ScratchDirectory(string path) => Path = path;

    /// <summary>One in memory where the system has a file system there: for tests that flush to disk a thousand times.</summary>
    public static ScratchDirectory InMemory() => System.IO.Directory.Exists(Memory)
        ? new(System.IO.Directory.CreateDirectory(System.IO.Path.Combine(Memory, $"omnydrive-test-{Guid.NewGuid():N}")).FullName)
        : new();

    public string Path { get; }

    /// <summary>The path of something in it.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Makes a directory in it and returns its path.</summary>
    public string Directory(params string[] parts) => System.IO.Directory.CreateDirectory(At(parts)).FullName;

    public void Dispose()
    {
        foreach (var directory in System.IO.Directory.EnumerateDirectories(Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true }))
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.Delete(Path, recursive: true);
            return;
        }
        // Names that are no text are beyond what .NET can delete.
        using var removal = System.Diagnostics.Process.Start("/bin/rm", ["-rf", "--", Path]);
        removal.WaitForExit();
    }
}
