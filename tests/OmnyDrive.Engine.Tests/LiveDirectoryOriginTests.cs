using OmnyDrive.Drives;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Providers.Directory;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

public sealed class LiveDirectoryOriginTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly ShiftedTime _time = new();

    public LiveDirectoryOriginTests() => File.WriteAllText(_scratch.At("a.txt"), "first");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_push_that_landed_holds_no_lock_while_others_are_told()
    {
        var taken = false;
        await using var origin = Open(_ =>
        {
            using var root = RootDirectory.OpenAt(_scratch.Path);
            RootLock.Take(root, RootLayout.ApplyLock).Dispose();
            taken = true;
            return Task.CompletedTask;
        });

        Assert.True((await (await Draft.OfAsync(origin)).File("a.txt", "mine").PushAsync(origin)).Landed);
        Assert.True(taken);
    }

    [Fact]
    public async Task A_push_that_landed_has_landed_whatever_becomes_of_telling_others()
    {
        await using var failing = Open(_ => throw new InvalidOperationException("Nobody listens."));
        Assert.True((await (await Draft.OfAsync(failing)).File("a.txt", "mine").PushAsync(failing)).Landed);

        await using var silent = Open(_ => new TaskCompletionSource().Task);
        Assert.True((await (await Draft.OfAsync(silent)).File("a.txt", "yours").PushAsync(silent).WaitAsync(TimeSpan.FromSeconds(20))).Landed);
    }

    [Fact]
    public async Task An_origin_that_told_nobody_where_it_stands_says_so_and_not_that_every_content_is_gone()
    {
        await using var origin = Open(_ => Task.CompletedTask);

        var refused = await Assert.ThrowsAsync<DriveException>(async () => await origin.FetchAsync([new ContentRequest(DrivePath.Parse("a.txt"), ContentHash.Of("first"u8), 5)]).CountAsync());

        Assert.Equal(ErrorCode.Conflict, refused.Code);
    }

    private LiveDirectoryOrigin Open(Func<SyncRef, Task> landed)
    {
        using var root = RootDirectory.OpenAt(_scratch.Path);
        var stat = root.Top.Stat();
        var published = new PublishedRoot(DriveId.Parse("alpha/docs"), ProviderNames.Directory, _scratch.Path, AccessMode.ReadWrite, new RootIdentity(null, stat.Device, stat.Inode));
        return new LiveDirectoryOrigin(published, new RootScanner(_time, null), landed, _time);
    }
}
