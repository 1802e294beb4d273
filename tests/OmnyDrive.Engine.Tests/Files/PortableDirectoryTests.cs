using OmnyDrive.Drives;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;
using OmnyDrive.Engine.Files.Portable;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Files;

/// <summary>The file layer of other systems, as far as it can be looked at here.</summary>
public sealed class PortableDirectoryTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    private string Root => _scratch.Directory("root");

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("plain")]
    [InlineData("program")]
    [InlineData("empty")]
    [InlineData("link")]
    [InlineData("dangling")]
    [InlineData("dir")]
    [InlineData("fifo")]
    [InlineData("socket")]
    public void A_name_is_what_it_is_on_linux_but_for_what_dotnet_cannot_tell(string name)
    {
        MakeOneOfEach();
        using LinuxDirectory linux = LinuxDirectory.OpenRoot(Root);
        using PortableDirectory portable = PortableDirectory.OpenRoot(Root);
        FileStat expected = linux.Stat(name)!.Value, seen = portable.Stat(name)!.Value;
        Assert.Equal(expected.Kind, seen.Kind);
        if (expected.Kind != FileKind.File)
            return;
        Assert.Equal((expected.Mode, expected.Size, expected.Modified / 100), (seen.Mode, seen.Size, seen.Modified / 100));
        using var file = portable.OpenRead(name);
        Assert.Equal(seen, portable.Stat(file));
    }

    [Fact]
    public void Names_are_listed_as_on_linux_and_nothing_is_where_nothing_is()
    {
        MakeOneOfEach();
        using LinuxDirectory linux = LinuxDirectory.OpenRoot(Root);
        using PortableDirectory portable = PortableDirectory.OpenRoot(Root);
        Assert.Equal(linux.List(), portable.List());
        Assert.Equal((null, false), (portable.Stat("absent"), portable.TryStat("absent"u8, out _)));
        Assert.Equal("plain", portable.ReadLink("link"));
        Assert.True(portable.FileSystem() is { KeepsDirectoryTimes: false, FreeBytes: > 0 });
    }

    [Fact]
    public void A_file_is_read_at_any_offset()
    {
        File.WriteAllText(Path.Combine(Root, "file"), "0123456789");
        using PortableDirectory portable = PortableDirectory.OpenRoot(Root);
        using var file = portable.OpenRead("file");
        var buffer = new byte[4];
        Assert.Equal((4, "3456", 0), (portable.Read(file, buffer, 3), System.Text.Encoding.ASCII.GetString(buffer), portable.Read(file, buffer, 10)));
    }

    [Theory]
    [InlineData("fifo", FileError.Io)]
    [InlineData("link", FileError.Loop)]
    [InlineData("dir", FileError.Io)]
    [InlineData("absent", FileError.NotFound)]
    public void Only_a_file_is_opened_for_reading(string name, object error)
    {
        MakeOneOfEach();
        using PortableDirectory portable = PortableDirectory.OpenRoot(Root);
        Assert.Equal(error, Assert.Throws<FileOperationException>(() => portable.OpenRead(name)).Error);
    }

    [Fact]
    public void No_link_below_the_root_is_followed()
    {
        File.WriteAllText(Path.Combine(_scratch.Directory("outside", "sub"), "secret"), "secret");
        Directory.CreateSymbolicLink(Path.Combine(Root, "link"), _scratch.At("outside"));
        using PortableDirectory portable = PortableDirectory.OpenRoot(Root);
        Assert.Equal(FileError.Loop, Assert.Throws<FileOperationException>(() => portable.OpenDirectory("link")).Error);
        Assert.Equal(FileError.Loop, Assert.Throws<FileOperationException>(() => portable.OpenBelow("link/sub"u8.ToArray())).Error);
    }

    [Fact]
    public void A_directory_that_is_swapped_for_a_link_after_it_was_opened_gives_nothing()
    {
        File.WriteAllText(Path.Combine(_scratch.Directory("outside", "below"), "secret"), "secret");
        Directory.CreateDirectory(Path.Combine(Root, "dir", "below"));
        using PortableDirectory portable = PortableDirectory.OpenRoot(Root);
        using var below = portable.OpenBelow("dir/below"u8.ToArray());
        Directory.Move(Path.Combine(Root, "dir"), _scratch.At("moved"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "dir"), _scratch.At("outside"));
        foreach (var act in new Action[] { () => below.List(), () => below.Stat(), () => below.Stat("secret"), () => below.OpenRead("secret").Dispose(), () => below.ReadLink("secret") })
            Assert.Equal(FileError.Loop, Assert.Throws<FileOperationException>(act).Error);
    }

    [Fact]
    public void A_root_over_a_link_is_opened_and_one_that_is_missing_or_a_file_is_said_to_be()
    {
        File.WriteAllText(Path.Combine(Root, "file"), "x");
        Directory.CreateSymbolicLink(_scratch.At("link"), Root);
        using (var over = PortableDirectory.OpenRoot(_scratch.At("link")))
            Assert.Single(over.List());
        Assert.Equal(FileError.NotFound, Assert.Throws<FileOperationException>(() => PortableDirectory.OpenRoot(_scratch.At("absent"))).Error);
        Assert.Equal(FileError.NotADirectory, Assert.Throws<FileOperationException>(() => PortableDirectory.OpenRoot(Path.Combine(Root, "file"))).Error);
    }

    [Fact]
    public void A_root_that_takes_no_marker_is_told_from_another_in_its_place()
    {
        using PortableDirectory portable = PortableDirectory.OpenRoot(Root);
        var identity = new RootIdentity(Epoch: null, portable.Stat().Device, portable.Stat().Inode);
        RootGuard.RequireDrive(RootDirectory.Over(portable), DriveId.Parse("alpha/notes"), identity);
        Directory.Move(Root, _scratch.At("unmounted"));
        Directory.CreateDirectory(Root);
        var error = Assert.Throws<DriveException>(() => RootGuard.RequireDrive(RootDirectory.Over(portable), DriveId.Parse("alpha/notes"), identity));
        Assert.Equal(ErrorCode.RootMissing, error.Code);
    }

    [Fact]
    public void What_would_change_the_directory_is_refused_and_says_what_is_missing()
    {
        MakeOneOfEach();
        using PortableDirectory portable = PortableDirectory.OpenRoot(Root);
        using var file = portable.OpenRead("plain");
        var before = Inventory.Of(Root);
        foreach (var act in Changes(portable, file))
        {
            var error = Assert.Throws<FileOperationException>(act);
            Assert.Equal((FileError.NotSupported, ErrorCode.NotSupported), (error.Error, error.Code));
            Assert.Contains("this system", error.Message, StringComparison.Ordinal);
            Assert.Contains("Linux", error.Hint, StringComparison.Ordinal);
        }
        Assert.Equal(before, Inventory.Of(Root));
    }

    [Fact]
    public void A_root_takes_no_marker_lock_or_staging_and_its_marker_is_read()
    {
        using (var linux = RootDirectory.OpenAt(Root))
            MarkerFile.Write(linux, Marker.Empty with { Drive = new DriveMark("alpha/notes", "epoch") });
        using var root = RootDirectory.Over(PortableDirectory.OpenRoot(Root));
        Assert.Equal("epoch", MarkerFile.Read(root)?.Drive?.Epoch);
        foreach (var act in new Action[] { () => MarkerFile.Write(root, Marker.Empty), () => RootLock.Take(root, RootLayout.SyncLock).Dispose(), () => StagingArea.Create(root, "area", TimeProvider.System).Dispose() })
            Assert.Equal(ErrorCode.NotSupported, Assert.Throws<FileOperationException>(act).Code);
        Assert.Equal([RootLayout.Marker], Directory.GetFileSystemEntries(Path.Combine(Root, NameRules.PrivateDirectory)).Select(Path.GetFileName));
    }

    private static Action[] Changes(PortableDirectory portable, Microsoft.Win32.SafeHandles.SafeFileHandle file) =>
    [
        () => portable.CreateNew("new", FileModes.PrivateFile), () => portable.OpenOrCreate("new", FileModes.PrivateFile), () => portable.MakeDirectory("new", FileModes.AllAll),
        () => portable.RenameNoReplace("plain", portable, "new"), () => portable.RenameReplacing("plain", portable, "new"), () => portable.Exchange("plain", portable, "empty"),
        () => portable.RemoveFile("plain"), () => portable.RemoveDirectory("dir"), () => portable.MakeSymlink("new", "plain"), () => portable.SetModified("plain", 0),
        () => portable.Write(file, "x"u8, 0), () => portable.CopyRange(file, 0, file, 0, 1), () => portable.SetMode(file, 0), () => portable.SetOwner(file, 1, 1),
        () => portable.CopyAttributes(file, file), () => portable.Sync(file), portable.Sync, portable.SyncFileSystem,
        () => portable.TryLock(file), () => portable.Unlock(file), () => portable.TryLock(),
    ];

    private void MakeOneOfEach()
    {
        string At(string name) => Path.Combine(Root, name);
        File.WriteAllText(At("plain"), "plain");
        File.WriteAllText(At("program"), "program");
        File.SetUnixFileMode(At("program"), (UnixFileMode)0b111_101_000);
        File.WriteAllText(At("empty"), "");
        File.WriteAllText(At("replacement \uFFFD"), "");
        File.CreateSymbolicLink(At("link"), "plain");
        File.CreateSymbolicLink(At("dangling"), "absent");
        Directory.CreateDirectory(At("dir"));
        OddFiles.Fifo(At("fifo"));
        OddFiles.Socket(At("socket"));
    }
}
