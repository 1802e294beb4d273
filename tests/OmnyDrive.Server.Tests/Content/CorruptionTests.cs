using OmnyDrive.Server.Tests.Content.Corruption;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Server.Tests.Content;

/// <summary>
/// Clones, pushes and pulls over a wire that damages one thing in each run. Whatever comes of it, each file is as it was or as it was to become, and
/// the next run without damage brings both sides into step. A seed that failed is run again, with those before it in its batch, by
/// <c>OMNYDRIVE_TEST_SEED</c>.
/// </summary>
public sealed class CorruptionTests(ITestOutputHelper output)
{
    // What was displaced stays, so now and then everything begins anew.
    private const int Batch = 25;

    private static readonly int Runs = Iterations.All ? 3_350 : 75;

    private readonly SortedDictionary<string, int> _seen = [];
    private int _done;

    [Fact]
    public Task A_damaged_clone_shows_no_wrong_byte_and_goes_on_from_there() => RunAsync(async (drive, first, count) =>
    {
        var whole = DiskTree.Describe(drive.Root);
        await drive.MeasureAsync(() => drive.CloneAsync(drive.Mount("first")));
        for (var seed = first; seed < first + count; seed++)
        {
            var mount = drive.Mount($"mount-{seed}");
            var (code, damage) = await drive.RunHurtAsync(seed, () => drive.CloneAsync(mount));
            var about = Count(seed, code, damage);
            RequireEitherWay("", whole, Directory.Exists(mount) ? DiskTree.Describe(mount) : "", about);
            await HealAsync(about, () => drive.RunWholeAsync(() => code is null ? drive.SyncAsync(mount) : drive.CloneAsync(mount)));
            Require(whole, DiskTree.Describe(mount), about);
            Require(whole, DiskTree.Describe(drive.Root), about);
            await drive.Endpoint.UnmountAsync(drive.Endpoint.FindMount(mount).Id);
            Directory.Delete(mount, recursive: true);
        }
    });

    [Fact]
    public Task A_damaged_push_lands_wholly_or_not_at_all() => EditAsync(drive => drive.Mount("mount"), async (drive, seed, before, after) =>
    {
        var (code, damage) = await drive.RunHurtAsync(seed, () => drive.SyncAsync(drive.Mount("mount")));
        var about = Count(seed, code, damage);
        var origin = code is null ? DiskTree.Describe(drive.Root) : await StandsAsync(drive.Root, before, after);
        Require(code is not null && origin == before ? before : after, origin, about);
        Require(after, DiskTree.Describe(drive.Mount("mount")), about);
        return about;
    });

    [Fact]
    public Task A_damaged_pull_shows_each_file_old_or_new() => EditAsync(drive => drive.Root, async (drive, seed, before, after) =>
    {
        var (code, damage) = await drive.RunHurtAsync(seed, () => drive.SyncAsync(drive.Mount("mount")));
        var about = Count(seed, code, damage);
        var pulled = DiskTree.Describe(drive.Mount("mount"));
        RequireEitherWay(before, after, pulled, about);
        if (code is null)
            Require(after, pulled, about);
        Require(after, DiskTree.Describe(drive.Root), about);
        return about;
    });

    /// <summary>For each seed: one side is edited, both are synced with the damage and once more without.</summary>
    private Task EditAsync(Func<DamagedDrive, string> side, Func<DamagedDrive, int, string, string, Task<string>> run) => RunAsync(async (drive, first, count) =>
    {
        var mount = drive.Mount("mount");
        await drive.RunWholeAsync(() => drive.CloneAsync(mount));
        VersionedTree.Write(side(drive), first + 1);
        await drive.MeasureAsync(() => drive.SyncAsync(mount));
        var after = DiskTree.Describe(mount);
        for (var seed = first; seed < first + count; seed++)
        {
            var before = after;
            VersionedTree.Write(side(drive), seed + 2);
            after = DiskTree.Describe(side(drive));
            var about = await run(drive, seed, before, after);
            await HealAsync(about, () => drive.RunWholeAsync(() => drive.SyncAsync(mount)));
            Require(after, DiskTree.Describe(mount), about);
            Require(after, DiskTree.Describe(drive.Root), about);
        }
    });

    // A commit whose client was cut off may still be at work, and is no longer mixed when it is done.
    private static async Task<string> StandsAsync(string root, string before, string after)
    {
        for (var patience = 100; ; patience--)
        {
            var now = DiskTree.Describe(root);
            if (now == before || now == after || patience == 0)
                return now;
            await Task.Delay(50);
        }
    }

    private async Task RunAsync(Func<DamagedDrive, int, int, Task> batch)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("OMNYDRIVE_TEST_SEED"), out var only))
        {
            await RunBatchAsync(batch, only - only % Batch, only % Batch + 1);
            return;
        }
        for (var first = 0; first < Runs; first += Batch)
            await RunBatchAsync(batch, first, Batch);
        var tally = string.Join(", ", _seen.Select(seen => $"{seen.Key} {seen.Value}"));
        output.WriteLine(tally);
        Assert.True(_done > Runs / 2, $"Only {_done} of {Runs} runs were hurt: {tally}");
    }

    private static async Task RunBatchAsync(Func<DamagedDrive, int, int, Task> batch, int first, int count)
    {
        await using var drive = await DamagedDrive.StartAsync(first);
        await batch(drive, first, count);
    }

    private string Count(int seed, string? code, Damage damage)
    {
        var outcome = damage.IsDone ? code ?? "success" : "unhurt";
        _seen[outcome] = _seen.GetValueOrDefault(outcome) + 1;
        _done += damage.IsDone ? 1 : 0;
        return $"seed {seed}, {damage}, ended with {code ?? "success"}";
    }

    private static async Task HealAsync(string about, Func<Task> command)
    {
        try
        {
            await command();
        }
        catch (Exception e)
        {
            Assert.Fail($"After {about}, the run without damage: {e}");
        }
    }

    private static void Require(string expected, string actual, string about) => RequireEitherWay(expected, expected, actual, about);

    // Only what was or was to be is there, and what both have is.
    private static void RequireEitherWay(string before, string after, string actual, string about)
    {
        var (old, next, now) = (Lines(before), Lines(after), Lines(actual));
        var wrong = now.Except(old).Except(next).Concat(old.Intersect(next).Except(now)).ToList();
        Assert.True(wrong.Count == 0, $"{about}: {string.Join("; ", wrong)}");
    }

    private static string[] Lines(string tree) => tree.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
