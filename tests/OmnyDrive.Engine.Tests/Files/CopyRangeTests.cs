using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Files;

/// <summary>Within a file system the kernel copies; from one kind of file system to another it refuses, and the bytes are read and written.</summary>
public sealed class CopyRangeTests : IDisposable
{
    private readonly ScratchDirectory _disk = new(), _memory = ScratchDirectory.InMemory();

    public void Dispose()
    {
        _disk.Dispose();
        _memory.Dispose();
    }

    [Theory]
    [InlineData(false, 0, 0, 300_001, 300_001)]
    [InlineData(true, 0, 0, 300_001, 300_001)]
    [InlineData(false, 5, 9, 1_000, 1_000)]
    [InlineData(true, 5, 9, 1_000, 1_000)]
    [InlineData(false, 299_999, 0, 500_000, 2)]
    [InlineData(true, 299_999, 0, 500_000, 2)]
    [InlineData(false, 300_001, 0, 1, 0)]
    [InlineData(true, 0, 0, 0, 0)]
    public void A_range_is_copied_as_far_as_the_file_goes(bool across, long offset, long toOffset, long length, long copied)
    {
        var bytes = Enumerable.Range(0, 300_001).Select(i => (byte)(i * i >> 7)).ToArray();
        File.WriteAllBytes(_disk.At("from"), bytes);
        var target = across ? _memory : _disk;
        using LinuxDirectory source = LinuxDirectory.OpenRoot(_disk.Path), directory = LinuxDirectory.OpenRoot(target.Path);
        using (var from = source.OpenRead("from"))
        using (var to = directory.CreateNew("to", FileModes.PrivateFile))
            Assert.Equal(copied, directory.CopyRange(from, offset, to, toOffset, length));

        byte[] expected = copied == 0 ? [] : [.. new byte[toOffset], .. bytes.AsSpan((int)offset, (int)copied)];
        Assert.Equal(expected, File.ReadAllBytes(target.At("to")));
    }

    [Fact]
    public void A_file_that_the_kernel_makes_up_while_it_is_read_is_copied()
    {
        using LinuxDirectory source = LinuxDirectory.OpenRoot("/proc/self"), directory = LinuxDirectory.OpenRoot(_memory.Path);
        using (var from = source.OpenRead("limits"))
        using (var to = directory.CreateNew("to", FileModes.PrivateFile))
            Assert.True(directory.CopyRange(from, 0, to, 0, 1 << 20) > 0);
        Assert.StartsWith("Limit", File.ReadAllText(_memory.At("to")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_that_fails_says_what_it_was_made_into()
    {
        File.WriteAllText(_disk.At("from"), "from");
        using var directory = LinuxDirectory.OpenRoot(_disk.Path);
        using var from = directory.OpenRead("from");
        using var readOnly = directory.OpenRead("from");
        var error = Assert.Throws<FileOperationException>(() => directory.CopyRange(from, 0, readOnly, 0, 4));
        Assert.StartsWith($"Cannot copy a file into \"{_disk.Path}\": ", error.Message, StringComparison.Ordinal);
    }
}
