using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Engine.Tests.PowerCuts;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>
/// The power fails at any call to the file system during an apply: what was not synced is lost, in part or as a whole (<see cref="PowerCut"/>). Whoever takes the root's lock next finds
/// the old tree or the new one, never a mixture, and what was acknowledged.
/// </summary>
public sealed class PowerCutTests : IDisposable
{
    // In a normal run every other call; all of them when everything is tried.
    private static readonly int Stride = Iterations.All ? 1 : 2;

    private int _cuts;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_push_during_which_the_power_fails_at_any_call_has_landed_or_not(bool builds)
    {
        for (var (n, isOver) = (builds ? 1 : Stride, false); !isOver; n += Stride)
        {
            foreach (var seed in Seeds(n))
            {
                using var apply = await CutAsync(n, builds);
                var thrown = Record.Exception(() => apply.All());
                isOver = apply.Faults.Failed.Count == 0;
                apply.CutPower(seed);
                apply.Recover();
                RequireOldOrNew(apply, isAcknowledged: thrown is null, $"call {n}, seed {seed}, {thrown?.Message}");
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pull_during_which_the_power_fails_at_any_call_leaves_each_path_as_it_was_or_as_planned(bool builds)
    {
        for (var (n, isOver) = (builds ? 1 : Stride, false); !isOver; n += Stride)
        {
            foreach (var seed in Seeds(n))
            {
                using var apply = await CutAsync(n, builds);
                ApplyOutcome? outcome = null;
                Record.Exception(() => outcome = apply.Each());
                isOver = apply.Faults.Failed.Count == 0;
                apply.CutPower(seed);
                apply.Recover();
                apply.RequireAllContent();
                apply.RequireOldOrNew(outcome);
                Assert.False(apply.HasJournal, $"call {n}, seed {seed}");
            }
        }
    }

    [Fact]
    public async Task A_recovery_during_which_the_power_fails_at_any_call_is_begun_again_and_ends_the_same()
    {
        // Some way into the changes, and when all are made.
        foreach (var n in new[] { 200, 230, 260 })
        {
            for (var (m, isOver) = (1, false); !isOver; m += Stride)
            {
                foreach (var seed in Seeds(m))
                {
                    using var apply = await CutAsync(n, builds: false);
                    var thrown = Record.Exception(() => apply.All());
                    apply.CutPower(seed);
                    var faults = FaultPlan.From(m, FileError.Io);
                    apply.RecoverAndCutPower(faults, seed);
                    isOver = faults.Failed.Count == 0;
                    apply.Recover();
                    RequireOldOrNew(apply, isAcknowledged: thrown is null, $"call {n}, call {m} of the recovery, seed {seed}");
                }
            }
        }
    }

    public void Dispose() => TestContext.Current.TestOutputHelper!.WriteLine($"{_cuts} power cuts");

    private Task<FaultyApply> CutAsync(int call, bool builds)
    {
        _cuts++;
        return FaultyApply.OfAsync(FaultPlan.From(call, FileError.Io), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents, builds, records: true);
    }

    // In a normal run, all is lost at one call and some at the next.
    private static IEnumerable<int> Seeds(int call) => Iterations.All ? Enumerable.Range(0, 20).Select(seed => seed < 2 ? seed : call * 1000 + seed) : [call / 2 % 2 == 0 ? 0 : call * 1000];

    internal static void RequireOldOrNew(FaultyApply apply, bool isAcknowledged, string where)
    {
        apply.RequireAllContent();
        Assert.False(apply.HasJournal, where);
        Assert.True(apply.IsAsPlanned() ? apply.IsAccepted : !apply.IsAccepted && apply.Before == apply.Now, $"{where}\n{apply.Before}\nis now\n{apply.Now}");
        Assert.True(apply.IsAccepted || !isAcknowledged, $"{where}: what was acknowledged is gone");
    }
}
