using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public class ReconcilerTests
{
    public static TheoryData<string> Names { get; } = [.. ReconcileCases.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Three_trees_amount_to(string name)
    {
        var one = ReconcileCases.All[name];
        Assert.Equal(Expected(one), Print(one, Reconcile(one.Base, one.Local, one.Origin)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Three_trees_with_the_sides_exchanged_amount_to_the_mirror_of(string name)
    {
        var one = ReconcileCases.All[name];
        Assert.Equal(Expected(one), Print(one, Mirror(Reconcile(one.Base, one.Origin, one.Local))));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_model_agrees_on(string name)
    {
        var one = ReconcileCases.All[name];
        var found = ReconcileModel.Reconcile(new ThreeTrees(TreeText.Flat(one.Base), TreeText.Flat(one.Local), TreeText.Flat(one.Origin)));
        Assert.Equal(Expected(one), Print(one, found));
    }

    [Fact]
    public void The_table_has_more_than_a_hundred_cases() => Assert.InRange(ReconcileCases.All.Count, 101, int.MaxValue);

    [Fact]
    public void Every_combination_of_kinds_in_three_places_amounts_to_what_the_model_says()
    {
        string[] kinds = ["", "x=1", "x=2", "x*=1", "x->t", "x->u", "x/", "x/y=1", "x/y=2", "x/z=1", "x/y=1 x/z=1", "x/y?", "x/s/t=1", "x?"];
        foreach (var before in kinds)
        foreach (var ours in kinds)
        foreach (var theirs in kinds)
        {
            var trees = new ThreeTrees(TreeText.Flat(before), TreeText.Flat(ours), TreeText.Flat(theirs));
            Assert.Equal(Lines(ReconcileModel.Reconcile(trees)), Lines(Reconcile(before, ours, theirs)));
            // The same inside a directory that all three have.
            var inside = new ThreeTrees(TreeText.Flat("d/k=1", Inside(before)), TreeText.Flat("d/k=1", Inside(ours)), TreeText.Flat("d/k=1", Inside(theirs)));
            Assert.Equal(Lines(ReconcileModel.Reconcile(inside)), Lines(Reconciler.Reconcile(inside.Base.ToSnapshot(), inside.Local.ToSnapshot(), inside.Origin.ToSnapshot())));
        }

        static string Inside(string items) => string.Join(' ', TreeText.Split(items).Select(item => "d/" + item));
    }

    [Fact]
    public void A_touched_file_is_no_change()
    {
        var older = Touched(1);
        var newer = Touched(2);
        var found = Reconciler.Reconcile(older, newer, older);
        Assert.Empty(found.ToOrigin);
        Assert.Equal(older.Root, newer.Root);

        static Snapshot Touched(long at) => new FlatTree { [DrivePath.Parse("a")] = TreeText.File("1").WithModified(at) }.ToSnapshot();
    }

    [Fact]
    public void A_change_carries_the_modification_time_of_the_side_that_made_it()
    {
        var before = TreeText.Snapshot("a=1");
        var edited = new FlatTree { [DrivePath.Parse("a")] = TreeText.File("2").WithModified(77) }.ToSnapshot();
        Assert.Equal(77, Assert.Single(Reconciler.Reconcile(before, edited, before).ToOrigin).To!.ModifiedNanoseconds);
        Assert.Equal(77, Assert.Single(Reconciler.Reconcile(before, before, edited).ToLocal).To!.ModifiedNanoseconds);
    }

    [Fact]
    public void A_tree_deeper_than_a_path_may_be_is_refused_and_not_followed()
    {
        var trees = new TreeByHash();
        var tree = Tree.Of([new NamedEntry("f", TreeText.File("1"))]);
        trees.Add(tree);
        for (var depth = 0; depth < 10_000; depth++)
            trees.Add(tree = Tree.Of([new NamedEntry("d", Entry.Directory(tree.Hash))]));
        var deep = new Snapshot(tree.Hash, trees);
        Assert.Equal("invalid", Assert.Throws<DriveException>(() => Reconciler.Reconcile(Snapshot.Empty, Snapshot.Empty, deep)).Code);
        Assert.Equal("invalid", Assert.Throws<DriveException>(() => Baseline.Advance(Snapshot.Empty, deep, deep, new Dictionary<DrivePath, Entry?>())).Code);
        Assert.Equal("invalid", Assert.Throws<DriveException>(() => TreeDiff.Compare(Snapshot.Empty, deep)).Code);
    }

    [Fact]
    public void A_tree_as_deep_as_a_path_may_be_is_followed()
    {
        var deepest = string.Join('/', Enumerable.Repeat("d", DrivePath.MaxDepth));
        Assert.Equal(DrivePath.MaxDepth, Reconcile("", "", deepest + "=1").ToLocal.Count);
    }

    internal static Reconciliation Reconcile(string before, string ours, string theirs) =>
        Reconciler.Reconcile(TreeText.Snapshot(before), TreeText.Snapshot(ours), TreeText.Snapshot(theirs));

    internal static Reconciliation Mirror(Reconciliation found) =>
        new(found.ToOrigin, found.ToLocal, [.. found.Conflicts.Select(one => one with { Ours = one.Theirs, Theirs = one.Ours })], found.Unknown);

    /// <summary>What a reconciliation says, one line a path; a directory's own content is left out, since it has paths of its own.</summary>
    internal static string Lines(Reconciliation found) => string.Join('\n',
        found.ToLocal.Select(change => $"local {Line(change.Path, change.From, change.To)}")
            .Concat(found.ToOrigin.Select(change => $"origin {Line(change.Path, change.From, change.To)}"))
            .Concat(found.Conflicts.Select(one => $"conflict {Line(one.Path, one.Base, one.Ours, one.Theirs)}"))
            .Concat(found.Unknown.Select(path => $"unknown {path}")));

    private static string Line(DrivePath path, params Entry?[] entries) => $"{path}: {string.Join(" | ", entries.Select(entry => entry?.ToString() ?? "-"))}";

    private static string Expected(ReconcileCase one) =>
        $"to local: {one.ToLocal}; to origin: {one.ToOrigin}; conflicts: {one.Conflicts}; unknown: {one.Unknown}";

    private static string Print(ReconcileCase one, Reconciliation found)
    {
        var known = TreeText.Contents(one.Base, one.Local, one.Origin);
        return Expected(new ReconcileCase("", "", "", "",
            string.Join(' ', found.ToLocal.Select(change => TreeText.Print(change, known))),
            string.Join(' ', found.ToOrigin.Select(change => TreeText.Print(change, known))),
            string.Join(' ', found.Conflicts.Select(conflict => TreeText.Print(conflict, known))),
            string.Join(' ', found.Unknown)));
    }
}
