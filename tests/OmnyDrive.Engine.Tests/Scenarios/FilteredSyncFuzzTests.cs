using System.Globalization;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Whatever both sides do to files and rules, a sync loses no bytes, a refused one changes nothing, and a second one has nothing to do.</summary>
public sealed class FilteredSyncFuzzTests
{
    [Fact]
    public async Task A_sync_loses_nothing_and_a_refused_one_changes_nothing()
    {
        var first = Environment.GetEnvironmentVariable("OMNYDRIVE_TEST_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        for (var seed = first; seed < first + Iterations.Of(12); seed++)
            await RunAsync(seed);
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var log = new List<string>();
        await using var sides = await TwoSides.StartAsync(root =>
        {
            for (var i = 0; i < 12; i++)
                WarmScanFuzzTests.Edit(root, random, log, unique: true);
            foreach (var path in Directory.EnumerateFileSystemEntries(root, ".omnyignore", SearchOption.AllDirectories).Where(path => new FileInfo(path).LinkTarget is not null))
                File.Delete(path);
            log.Add("clone");
        });
        for (var round = 0; round < 6; round++)
        {
            var side = random.Next(7) % 3;
            for (var n = random.Next(1, 5); n > 0 && side != 1; n--)
                WarmScanFuzzTests.Edit(sides.Mount, random, log, unique: true);
            log.Add("|");
            for (var n = random.Next(1, 5); n > 0 && side != 0; n--)
                WarmScanFuzzTests.Edit(sides.Origin, random, log, unique: true);
            if (!await SyncAsync(sides, $"seed {seed}: {string.Join("; ", log)}"))
                return;
            log.Add("sync");
        }
    }

    private static async Task<bool> SyncAsync(TwoSides sides, string log)
    {
        var (origin, mount) = (DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Mount));
        var (own, hidden) = (LeftOut(sides.Mount), LeftOut(sides.Origin));
        var names = (Origin: Lines(origin), Mount: Lines(mount));
        var bytes = Contents(origin).Concat(Contents(mount)).ToHashSet(StringComparer.Ordinal);
        try
        {
            var synced = await sides.SyncAsync();
            log += $" => {synced.Status} {string.Join(", ", synced.Changes.Select(change => $"{change.Side} {change.Change.Path}"))} problems {string.Join(", ", synced.Problems)}";
        }
        catch (DriveException e)
        {
            Assert.True(origin == DiskTree.Describe(sides.Origin), $"refused ({e.Message}) and changed the origin: {origin} -> {DiskTree.Describe(sides.Origin)} {log}");
            Assert.True(mount == DiskTree.Describe(sides.Mount), $"refused ({e.Message}) and changed the mount: {log}");
            return false;
        }
        var left = Contents(Everything(sides.Origin)).Concat(Contents(Everything(sides.Mount))).ToHashSet(StringComparer.Ordinal);
        Assert.True(own.IsSubsetOf(Lines(DiskTree.Describe(sides.Mount))), $"the mount's own changed: {string.Join(", ", own.Except(Lines(DiskTree.Describe(sides.Mount))))} {log}");
        Assert.True(hidden.IsSubsetOf(Lines(DiskTree.Describe(sides.Origin))), $"the origin's own changed: {string.Join(", ", hidden.Except(Lines(DiskTree.Describe(sides.Origin))))} {log}");
        var leaked = Lines(DiskTree.Describe(sides.Origin)).Where(line => own.Contains(line) && !names.Origin.Contains(line))
            .Concat(Lines(DiskTree.Describe(sides.Mount)).Where(line => hidden.Contains(line) && !names.Mount.Contains(line))).ToList();
        Assert.True(leaked.Count == 0, $"leaked {string.Join(", ", leaked)}: {log}");
        Assert.True(bytes.IsSubsetOf(left), $"lost {string.Join(", ", bytes.Except(left))}: {log}");
        await SyncAgainAsync(sides, log);
        return true;
    }

    private static async Task SyncAgainAsync(TwoSides sides, string log)
    {
        try
        {
            var again = await sides.SyncAsync();
            Assert.True(again.Changes.All(IsEmptyDirectoryThatWent), $"again: {string.Join(", ", again.Changes.Select(change => $"{change.Side} {change.Change.Path} {change.Change.To}"))} {log}");
        }
        catch (DriveException e)
        {
            Assert.Fail($"again: {e.Message} {log}");
        }
    }

    // A directory that holds only what is private, such as .git, is no entry; where the last file beside it goes, the other side's goes with it, empty.
    private static bool IsEmptyDirectoryThatWent(AppliedChange applied) => applied.Change is { From.IsDirectory: true, To: null };

    private static HashSet<string> Lines(string tree) => tree.Split('\n').ToHashSet(StringComparer.Ordinal);

    // The files that a side leaves out, as it is now.
    private static HashSet<string> LeftOut(string path)
    {
        using var root = RootDirectory.OpenAt(path);
        try
        {
            var rules = new RootScanner(TimeProvider.System, null).Scan(root, CancellationToken.None).Rules;
            return Lines(DiskTree.Describe(path)).Where(line => line.Length > 0 && !line.EndsWith('/') && !line.Contains("->", StringComparison.Ordinal) && !line.Contains('\\') && !line.Contains(".git/", StringComparison.Ordinal)
                && rules.IsFiltered(DrivePath.Parse(line.Split(' ')[0]), false)).ToHashSet(StringComparer.Ordinal);
        }
        catch (DriveException)
        {
            return [];
        }
    }

    private static string Everything(string root) => Directory.Exists(Path.Combine(root, ".omnydrive", "trash"))
        ? DiskTree.Describe(root) + "\n" + DiskTree.Describe(Path.Combine(root, ".omnydrive", "trash"))
        : DiskTree.Describe(root);

    // The hash of each file.
    private static IEnumerable<string> Contents(string tree) =>
        tree.Split('\n').Where(line => !line.Contains("->", StringComparison.Ordinal) && !line.EndsWith('/') && line.Length > 0).Select(line => line.Split(' ')[^2]);
}
