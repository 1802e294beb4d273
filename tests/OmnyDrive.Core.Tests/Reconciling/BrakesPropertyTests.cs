using CsCheck;
using OmnyDrive.Drives;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

/// <summary>Laws of the brakes, over trees in which one directory in a few is wide enough for them.</summary>
public class BrakesPropertyTests
{
    private static readonly long Many = Iterations.Of(2_000);
    private static readonly DriveId Docs = DriveId.Parse("alpha/docs");

    // Up to 30 files with few contents in two directories, each of which stays, goes, moves to the other directory or is replaced.
    private static readonly Gen<(FlatTree Before, FlatTree After)> Pairs = Gen.Select(
        TreeGen.TreeWithUnknown, Gen.Select(Gen.Int[0, 1], Gen.Int[0, 4], Gen.Int[0, 6]).Array[0, 30], Gen.Int[0, 6], (rest, files, mood) =>
        {
            var (before, after) = (new FlatTree(rest), mood == 0 ? new FlatTree() : new FlatTree(rest));
            for (var i = 0; i < files.Length; i++)
            {
                var (directory, content, fate) = files[i];
                before.Put(Path(directory, i), TreeText.File($"{content}"));
                if (fate == 0)
                    after.Put(Path(1 - directory, i), TreeText.File($"{content}"));
                else if (fate == 1)
                    after.Put(Path(directory, i), TreeText.File("other"));
                else if (fate < mood)
                    after.Put(Path(directory, i), TreeText.File($"{content}"));
            }
            return (before, WithUnknownOf(before, after));
        });

    [Fact]
    public void The_walk_finds_what_the_model_says()
    {
        var seen = new HashSet<Brake?>();
        Pairs.Sample(pair =>
        {
            var tripped = Check(Side.Local, pair.Before, pair.After);
            Assert.Equal(Model(pair.Before, pair.After), tripped is null ? null : (tripped.Brake, tripped.Deleted, tripped.Files));
            lock (seen)
                seen.Add(tripped?.Brake);
        }, iter: Many);
        // A law that never met a brake says nothing.
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void Exchanging_the_sides_mirrors_the_halt() =>
        Pairs.Sample(pair =>
        {
            var (before, after) = (pair.Before.ToSnapshot(), pair.After.ToSnapshot());
            Assert.Equal(Lines(Halt(before, after, before)), Lines(Halt(before, before, after)).Replace("Local", "Origin", StringComparison.Ordinal));
        }, iter: Many);

    [Fact]
    public void What_a_mount_plans_and_what_its_origin_is_asked_to_do_set_off_the_same() =>
        Pairs.Sample(pair =>
        {
            var (before, after) = (pair.Before.ToSnapshot(), pair.After.ToSnapshot());
            var changes = Reconciler.Reconcile(before, after, before).ToOrigin;
            var target = TreePatch.Apply(before, changes);
            var pushed = new TreeMap();
            foreach (var (path, tree) in target.Trees)
                pushed.Add(path, tree);
            var asked = TreeDiff.Compare(before, new Snapshot(target.Root, new LayeredTrees(pushed, before.Trees))).ToList();
            Assert.Equal(Print(Brakes.Check(Side.Origin, before, changes)), Print(Brakes.Check(Side.Origin, before, asked)));
        }, iter: Many);

    [Fact]
    public void More_files_that_stay_never_set_off_a_brake() =>
        Gen.Select(Pairs, Gen.Int[1, 30]).Sample((pair, more) =>
        {
            if (Check(Side.Local, pair.Before, pair.After) is not null)
                return;
            for (var i = 0; i < more; i++)
            {
                pair.Before.Put(DrivePath.Parse($"more/{i}"), TreeText.File("stays"));
                pair.After.Put(DrivePath.Parse($"more/{i}"), TreeText.File("stays"));
            }
            Assert.Null(Check(Side.Local, pair.Before, pair.After));
        }, iter: Many);

    [Fact]
    public void What_only_comes_never_sets_off_a_brake() =>
        Pairs.Sample(pair =>
        {
            var after = new FlatTree(pair.Before);
            foreach (var (path, entry) in pair.After.Where(added => !after.ContainsKey(added.Key) && after.At(added.Key.Parent) is { IsDirectory: true }))
                after[path] = entry;
            Assert.Null(Check(Side.Local, pair.Before, after));
        }, iter: Many);

    private static DrivePath Path(int directory, int file) => DrivePath.Parse($"wide{directory}/{file:00}");

    // Nobody can make something unknown, or take it away.
    private static FlatTree WithUnknownOf(FlatTree before, FlatTree after)
    {
        foreach (var path in after.Where(pair => pair.Value.Kind == EntryKind.Unknown && before.At(pair.Key)?.Kind != EntryKind.Unknown).Select(pair => pair.Key).ToList())
            after.Remove(path);
        foreach (var (path, entry) in before.Where(pair => pair.Value.Kind == EntryKind.Unknown))
            after.Put(path, entry);
        return after;
    }

    // Told from the whole trees: what is gone, of which as many are moved as there are new places of the same content.
    private static (Brake, long, long)? Model(FlatTree before, FlatTree after)
    {
        static bool IsFile(Entry? entry) => entry is { IsFile: true };
        static bool IsLeaf(Entry? entry) => entry is { IsDirectory: false };
        var leaves = before.Where(pair => IsLeaf(pair.Value)).ToList();
        var gone = leaves.Where(pair => !IsLeaf(after.At(pair.Key))).ToList();
        if (leaves.Count > 0 && !after.Values.Any(IsLeaf))
            return (Brake.RootEmptied, gone.Count, leaves.Count);
        var came = after.Where(pair => IsFile(pair.Value) && !(before.At(pair.Key) is { IsFile: true } old && old.ContentHash == pair.Value.ContentHash)).ToLookup(pair => pair.Value.ContentHash);
        var deleted = gone.Where(pair => IsFile(pair.Value)).GroupBy(pair => pair.Value.ContentHash).Sum(same => Math.Max(0, same.Count() - came[same.Key].Count()));
        var files = leaves.Count(pair => pair.Value.Kind != EntryKind.Symlink);
        return deleted >= 10 && deleted * 2 > files ? (Brake.MassDelete, deleted, files) : null;
    }

    private static TrippedBrake? Check(Side side, FlatTree before, FlatTree after)
    {
        var was = before.ToSnapshot();
        return Brakes.Check(side, was, [.. TreeDiff.Compare(was, after.ToSnapshot())]);
    }

    private static Halt? Halt(Snapshot before, Snapshot local, Snapshot origin)
    {
        var plan = StrictPolicy.Plan(Reconciler.Reconcile(before, local, origin), Docs, new SyncRefs(before.Ref, local.Ref, origin.Ref), AccessMode.ReadWrite);
        return Brakes.Check(plan, Docs, side => side == Side.Local ? local : origin, []).Halt;
    }

    private static string Lines(Halt? halt) => string.Join('\n', halt?.Brakes.Select(Print) ?? []);

    private static string Print(TrippedBrake? tripped) => tripped is null ? "" : $"{tripped.Side} {tripped.Brake} {tripped.Deleted}/{tripped.Files} {string.Join(' ', tripped.Examples)}";
}
