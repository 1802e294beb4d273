using OmnyDrive.Errors;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>What a sync works out while its origin is at work is used only where it is right, and over when the sync is.</summary>
public sealed class PlannedMeanwhileTests
{
    [Fact]
    public async Task A_mount_that_was_compared_while_the_origin_looked_is_pushed()
    {
        await using var sides = await TwoSides.StartAsync();
        Directory.Move(sides.InMount("dir"), sides.InMount("moved"));
        OnceCompared(sides, () => { });

        var result = await sides.SyncAsync();

        Assert.Equal(SyncStatus.Pushed, result.Status);
        Assert.Equal(["moved/b.txt<dir/b.txt", "moved/deep/c.txt<dir/deep/c.txt"], Moved(result));
        sides.AssertSame();
    }

    [Fact]
    public async Task An_origin_that_moved_meanwhile_is_a_conflict_under_strict()
    {
        await using var sides = await TwoSides.StartAsync();
        Directory.Move(sides.InMount("dir"), sides.InMount("moved"));
        OnceCompared(sides, () => File.WriteAllText(sides.AtOrigin("theirs.txt"), "theirs"));

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal(ConflictKind.RefMoved, refused.Conflict.Kind);
        Assert.True(Directory.Exists(sides.AtOrigin("dir")));
        Assert.False(File.Exists(sides.InMount("theirs.txt")));
    }

    [Fact]
    public async Task And_is_combined_with_under_merge()
    {
        await using var sides = await TwoSides.StartAsync();
        Directory.Move(sides.InMount("dir"), sides.InMount("moved"));
        OnceCompared(sides, () => File.WriteAllText(sides.AtOrigin("theirs.txt"), "theirs"));

        var result = await sides.Beta.SyncMountAsync(sides.Id, new SyncOptions { Policy = SyncPolicy.Merge });

        Assert.Equal(SyncStatus.Merged, result.Status);
        Assert.Equal(["moved/b.txt<dir/b.txt", "moved/deep/c.txt<dir/deep/c.txt"], Moved(result));
        sides.AssertSame();
    }

    [Fact]
    public async Task Where_both_sides_came_to_the_same_meanwhile_nothing_is_left_to_do()
    {
        await using var sides = await TwoSides.StartAsync();
        Directory.Move(sides.InMount("dir"), sides.InMount("moved"));
        OnceCompared(sides, () => Directory.Move(sides.AtOrigin("dir"), sides.AtOrigin("moved")));

        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Fact]
    public async Task A_push_that_is_refused_at_once_leaves_nobody_who_reads_the_state()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            for (var i = 0; i < 3_000; i++)
                File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(root, $"dir/{i % 300}")).FullName, $"{i}"), $"{i}");
        });
        Directory.Move(sides.InMount("dir"), sides.InMount("moved"));
        for (var round = 0; round < 3; round++)
        {
            sides.Steps.OnStep = step => step == OriginStep.BeforePush ? throw new DriveException(ErrorCode.NoSpace, "There is no room at the origin.") : Task.CompletedTask;
            var refused = await Assert.ThrowsAsync<DriveException>(sides.SyncAsync);
            Assert.Equal(ErrorCode.NoSpace, refused.Code);
            await sides.RestartBetaAsync();
        }
        sides.Steps.OnStep = null;

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    // A small mount is looked at and compared by then.
    private static void OnceCompared(TwoSides sides, Action act)
    {
        var asked = 0;
        sides.Steps.OnStep = async step =>
        {
            if (step != OriginStep.BeforeHead || Interlocked.Increment(ref asked) > 1)
                return;
            await Task.Delay(300, TestContext.Current.CancellationToken);
            act();
        };
    }

    private static IEnumerable<string> Moved(SyncResult result)
    {
        var moved = result.MovedOn(Side.Origin);
        return result.Changes.On(Side.Origin).Select(change => (change.Path, Source: moved.SourceOf(change))).Where(told => told.Source is not null).Select(told => $"{told.Path}<{told.Source}").Order(StringComparer.Ordinal);
    }
}
