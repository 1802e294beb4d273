using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Testing;
using Xunit;
using static OmnyDrive.Server.Tests.Origins.PushOutcome;

namespace OmnyDrive.Server.Tests.Origins;

/// <summary>An origin asks the brakes itself: whatever a client says that it has checked, it takes no push that looks like an accident unless somebody allowed it.</summary>
public abstract partial class OriginConformance
{
    [Theory]
    [InlineData(11, Brake.MassDelete, "11 of the 20 files")]
    [InlineData(20, Brake.RootEmptied, "All 20 files")]
    public async Task A_push_that_sets_off_a_brake_is_refused_unless_it_says_that_this_brake_is_allowed(int deleted, Brake brake, string seen)
    {
        var origin = await TwentyAsync();
        var draft = Without(await Draft.OfAsync(origin), deleted);
        Brake[][] notEnough = [[], [.. BrakeNames.All.Where(other => other != brake)]];
        foreach (var allowed in notEnough)
        {
            var push = await BeginAsync(origin, draft, allowed);
            var before = Inventory.Of(Root);
            var refused = await RefusedAsync(ErrorCode.Halted, () => origin.CommitPushAsync(push));
            Assert.Contains(seen, refused.Message, StringComparison.Ordinal);
            Assert.Contains($"--allow {brake.ToText()}", refused.Hint, StringComparison.Ordinal);
            Assert.Equal(before, Inventory.Of(Root));
            Assert.Empty(Trash());
            Assert.Equal(draft.From, (await origin.GetHeadAsync()).Ref);
        }

        Assert.Equal((true, draft.Target), Outcome(await origin.CommitPushAsync(await BeginAsync(origin, draft, brake))));

        Assert.Equal(draft.Target, (await origin.GetHeadAsync()).Ref);
        Assert.Equal(deleted, Trash().Count);
    }

    [Fact]
    public async Task All_brakes_can_be_allowed_at_once()
    {
        var origin = await TwentyAsync();
        var draft = Without(await Draft.OfAsync(origin), 15);
        Assert.True((await origin.CommitPushAsync(await BeginAsync(origin, draft, [.. BrakeNames.All, .. BrakeNames.All]))).Landed);
    }

    [Fact]
    public async Task A_push_that_sets_off_a_brake_and_finds_that_the_origin_has_moved_is_told_that()
    {
        var origin = await TwentyAsync();
        var draft = Without(await Draft.OfAsync(origin), 15);
        var push = await BeginAsync(origin, draft);
        Write("new", "new");
        Assert.False((await origin.CommitPushAsync(push)).Landed);
    }

    [Fact]
    public async Task A_push_that_deletes_half_or_moves_everything_needs_no_allowance()
    {
        var origin = await TwentyAsync();
        Assert.True((await Without(await Draft.OfAsync(origin), 10).PushAsync(origin)).Landed);
        var moved = Without(await Draft.OfAsync(origin), 20);
        for (var i = 11; i <= 20; i++)
            moved.File($"all/here/{i}", $"content {i}");
        Assert.True((await moved.PushAsync(origin)).Landed);
    }

    private async Task<ITreeOrigin> TwentyAsync()
    {
        for (var i = 1; i <= 20; i++)
            Write($"d{i % 3}/f{i}", $"content {i}");
        return await PublishAsync();
    }

    private static Draft Without(Draft draft, int deleted)
    {
        for (var i = 1; i <= deleted; i++)
            draft.Remove($"d{i % 3}/f{i}");
        return draft;
    }

    private static async Task<PushId> BeginAsync(ITreeOrigin origin, Draft draft, params Brake[] allowed)
    {
        var intent = draft.Intent() with { Allowed = allowed };
        await origin.BeginPushAsync(intent, draft.Trees());
        return intent.Id;
    }
}
