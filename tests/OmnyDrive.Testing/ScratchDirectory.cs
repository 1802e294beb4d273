namespace OmnyDrive.Testing;

/// <summary>A directory for one test, removed with it.</summary>
public sealed class ScratchDirectory : IDisposable
{
    public ScratchDirectory() => Path = System.IO.Directory.CreateTempSubdirectory("omnydrive-test-").FullName;

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
