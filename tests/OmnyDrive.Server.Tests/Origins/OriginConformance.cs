using System.Text;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Origins;

/// <summary>
/// What <see cref="ITreeOrigin"/> promises, whatever stands behind it. One suite for all implementations; each case works on a directory that the
/// origin publishes, and looks at that directory without code of the product.
/// </summary>
public abstract partial class OriginConformance : IAsyncLifetime
{
    protected abstract ServedDrive Served { get; }

    private string Root => Served.Root;

    public async ValueTask InitializeAsync() => await Served.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Served.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The origin of a directory that holds a little of everything.</summary>
    private async Task<ITreeOrigin> SampleAsync()
    {
        Write("a.txt", "first");
        Write("dir/b.txt", "second");
        Write("dir/deep/c.txt", "third");
        Write("run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(At("run.sh"), (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(At("empty"));
        File.CreateSymbolicLink(At("link"), "dir/b.txt");
        return await PublishAsync();
    }

    private async Task<ITreeOrigin> PublishAsync()
    {
        await Served.PublishAsync();
        return await Served.ConnectAsync();
    }

    private string At(string path) => Path.Combine(Root, path);

    private void Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    private void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllBytes(At(path), content);
    }

    private string Read(string path) => File.ReadAllText(At(path));

    private static byte[] Noise(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<DriveException> RefusedAsync(string code, Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<DriveException>(act);
        Assert.Equal(code, refused.Code);
        return refused;
    }

    /// <summary>The origin refuses with one of the codes, and its directory is as before, name by name and bit by bit.</summary>
    private async Task RefusedUntouchedAsync(string code, Func<Task> act)
    {
        var before = Inventory.Of(Root);
        await RefusedAsync(code, act);
        Assert.Equal(before, Inventory.Of(Root));
    }

    /// <summary>Contents that wait for a push that needs them, once no push is in progress.</summary>
    private void AssertOnlyLeftovers() => Assert.All(Staged().SelectMany(Directory.GetFiles), file => Assert.Matches("^[0-9a-f]{64}(.part)?$", Path.GetFileName(file)));

    private string[] Staged() => Directory.Exists(At(".omnydrive/staging")) ? Directory.GetFileSystemEntries(At(".omnydrive/staging")) : [];

    /// <summary>The files in the trash by the path they had.</summary>
    private Dictionary<string, string> Trash()
    {
        var all = At(".omnydrive/trash");
        return !Directory.Exists(all) ? [] : Directory.GetDirectories(all).SelectMany(area => Directory.GetFiles(area, "*", SearchOption.AllDirectories))
            .ToDictionary(file => Path.GetRelativePath(all, file).Split('/', 2)[1], file => new FileInfo(file).LinkTarget ?? File.ReadAllText(file));
    }

    private static ContentRequest Request(string path, byte[] content) => new(DrivePath.Parse(path), ContentHash.Of(content), content.Length);

    private static ContentRequest Request(string path, string content) => Request(path, Encoding.UTF8.GetBytes(content));
}

public sealed class NearOriginTests : OriginConformance
{
    protected override ServedDrive Served { get; } = new NearDrive();
}

public sealed class FarOriginTests : OriginConformance
{
    protected override ServedDrive Served { get; } = new FarDrive();
}
