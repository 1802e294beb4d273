using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Files;

/// <summary>Two calls of the system tell of a name; a file's fingerprint must be the same whichever was asked.</summary>
public sealed class LinuxStatTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Both_ways_to_look_at_a_name_tell_the_same()
    {
        OddFiles.Fifo(_scratch.At("fifo"));
        File.WriteAllText(_scratch.At("file"), "content");
        File.SetUnixFileMode(_scratch.At("file"), (UnixFileMode)0b101_110_100_001);
        File.CreateSymbolicLink(_scratch.At("link"), "nowhere");
        Directory.CreateDirectory(_scratch.At("directory"));
        foreach (var (name, time) in new[] { ("old", new DateTime(1903, 4, 5, 6, 7, 8, 9, DateTimeKind.Utc)), ("new", new DateTime(2240, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(1234567)) })
        {
            File.WriteAllText(_scratch.At(name), name);
            File.SetLastWriteTimeUtc(_scratch.At(name), time);
        }
        using (var sparse = File.Create(_scratch.At("sparse")))
            sparse.SetLength(5L << 32);
        AssertAgree(_scratch.Path, atLeast: 7);
        AssertAgree("/dev", atLeast: 3);
        AssertAgree("/", atLeast: 3);
    }

    [Fact]
    public void A_name_of_any_length_is_looked_at()
    {
        using var directory = LinuxDirectory.OpenRoot(_scratch.Path);
        var longest = new string('n', 255);
        File.WriteAllText(_scratch.At(longest), "");
        Assert.True(directory.TryStat(Encoding.UTF8.GetBytes(longest), out var stat));
        Assert.Equal(FileKind.File, stat.Kind);
        Assert.Throws<FileOperationException>(() => directory.TryStat(Encoding.UTF8.GetBytes(longest + "n"), out _));
    }

    private static void AssertAgree(string path, int atLeast)
    {
        using var directory = LinuxDirectory.OpenRoot(path);
        var names = directory.List().Where(listed => listed.IsText).Select(listed => listed.Name).ToList();
        Assert.True(names.Count >= atLeast);
        foreach (var name in names)
            Assert.Equal(directory.Stat(name), directory.TryStat(Encoding.UTF8.GetBytes(name), out var stat) ? stat : null as FileStat?);
    }
}
