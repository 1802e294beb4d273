using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Files;

/// <summary>Opening name by name, as before Linux 5.6, keeps to the tree as well.</summary>
public sealed class LinuxPathsTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_path_leads_to_the_directory_that_it_names()
    {
        Directory.CreateDirectory(_scratch.At("a", "b"));
        using var root = Open(_scratch.Path);
        using var byNames = LinuxPaths.OpenByNames(root, "a/b"u8, "root");
        using var atOnce = LinuxPaths.OpenDirectory(root, "a/b"u8, "root");
        Assert.Equal(Path.Combine(_scratch.Path, "a", "b"), File.ResolveLinkTarget($"/proc/self/fd/{byNames.DangerousGetHandle()}", false)!.FullName);
        Assert.Equal(Path.Combine(_scratch.Path, "a", "b"), File.ResolveLinkTarget($"/proc/self/fd/{atOnce.DangerousGetHandle()}", false)!.FullName);
    }

    [Fact]
    public void A_link_on_the_way_or_at_the_end_is_not_followed()
    {
        Directory.CreateDirectory(_scratch.At("real", "below"));
        File.CreateSymbolicLink(_scratch.At("link"), "real");
        using var root = Open(_scratch.Path);
        foreach (var path in new[] { "link", "link/below" })
        {
            var error = Assert.Throws<FileOperationException>(() => LinuxPaths.OpenByNames(root, System.Text.Encoding.UTF8.GetBytes(path), "root").Dispose()).Error;
            Assert.True(error is FileError.Loop or FileError.NotADirectory, $"{path}: {error}");
        }
    }

    [Fact]
    public void Another_file_system_is_not_entered()
    {
        var mounted = File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4]).First(path => path is "/dev/pts" or "/dev/shm" or "/dev/mqueue");
        using var root = Open("/dev");
        var name = System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(mounted));
        Assert.Equal(FileError.CrossDevice, Assert.Throws<FileOperationException>(() => LinuxPaths.OpenByNames(root, name, "/dev").Dispose()).Error);
    }

    private static SafeFileHandle Open(string path) => new(LibC.OpenAt(LibC.AtFdCwd, path, LibC.ReadOnly | LibC.Directory | LibC.CloseOnExec, 0), ownsHandle: true);
}
