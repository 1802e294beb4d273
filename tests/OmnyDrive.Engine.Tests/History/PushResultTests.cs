using OmnyDrive.Drives;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Providers.Directory;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Origins;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.History;

public sealed class PushResultTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public PushResultTests() => File.WriteAllText(_scratch.At("a.txt"), "first");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_push_that_landed_is_answered_alike_by_a_process_that_began_later()
    {
        Draft draft;
        PushIntent intent;
        await using (var origin = Open())
        {
            draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
            intent = draft.Intent();
            var needs = await origin.BeginPushAsync(intent, draft.Trees());
            await origin.StageAsync(intent.Id, draft.Contents(needs));
            Assert.True((await origin.CommitPushAsync(intent.Id)).Landed);
        }
        await using var later = Open();
        File.WriteAllText(_scratch.At("a.txt"), "edited since");

        // Whether its client asks for the commit alone, or begins anew.
        Assert.Equal((true, intent.Target), await ResultAsync(later, intent));
        Assert.Empty(await later.BeginPushAsync(intent, draft.Trees()));
        Assert.Equal((true, intent.Target), await ResultAsync(later, intent));
        Assert.Equal("edited since", File.ReadAllText(_scratch.At("a.txt")));
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => later.CommitPushAsync(draft.Intent().Id))).Code);
    }

    private static async Task<(bool, SyncRef)> ResultAsync(LiveDirectoryOrigin origin, PushIntent intent)
    {
        var result = await origin.CommitPushAsync(intent.Id);
        return (result.Landed, result.Ref);
    }

    private LiveDirectoryOrigin Open()
    {
        var drive = DriveId.Parse("alpha/docs");
        var identity = new DirectoryProvider().Mark(_scratch.Path, drive, _identity);
        _identity = identity;
        var published = new PublishedRoot(drive, "directory", _scratch.Path, AccessMode.ReadWrite, identity, FilterOptions.Default);
        return new LiveDirectoryOrigin(published, new RootScanner(TimeProvider.System, null), _ => Task.CompletedTask, TimeProvider.System);
    }

    private RootIdentity? _identity;
}
