using OmnyDrive.Engine.Files.Linux;

namespace OmnyDrive.Engine.Tests;

public sealed class KeptAttributesTests
{
    [Fact]
    public async Task A_replaced_file_keeps_its_extended_attributes()
    {
        await using var sides = await TwoSides.StartAsync();
        var file = Path.Combine(sides.Origin, "a.txt");
        Set(file, "user.colour\0"u8, "green"u8);
        File.WriteAllText(Path.Combine(sides.Mount, "a.txt"), "edited");

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

        Assert.Equal("edited", File.ReadAllText(file));
        Assert.Equal("green", Get(file, "user.colour\0"u8));
    }

    private static unsafe void Set(string path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        using var handle = File.OpenHandle(path, access: FileAccess.ReadWrite);
        fixed (byte* n = name, v = value)
            Assert.Equal(0, LibC.FSetXattr(handle, n, v, (nuint)value.Length, 0));
    }

    private static unsafe string Get(string path, ReadOnlySpan<byte> name)
    {
        using var handle = File.OpenHandle(path);
        var value = new byte[64];
        fixed (byte* n = name, v = value)
        {
            var length = LibC.FGetXattr(handle, n, v, (nuint)value.Length);
            Assert.True(length >= 0);
            return System.Text.Encoding.UTF8.GetString(value.AsSpan(0, (int)length));
        }
    }
}
