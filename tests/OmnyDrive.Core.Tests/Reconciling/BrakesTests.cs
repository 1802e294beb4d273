using OmnyDrive.Drives;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public class BrakesTests
{
    private static readonly DriveId Docs = DriveId.Parse("alpha/docs");

    // What a side holds, what the changes make of it, and the brake that sets off with deleted/files, or nothing.
    public static TheoryData<string, string, string, string> Table { get; } = new()
    {
        { "nothing changes", Files(20), Files(20), "" },
        { "nothing is there", "", "", "" },
        { "a first clone", "", Files(20), "" },
        { "9 of 10", Files(10), Files(1), "" },
        { "9 of 9 and another comes", Files(9), "new=n", "" },
        { "10 of 10 and another comes", Files(10), "new=n", "mass-delete 10/10" },
        { "10 of 11", Files(11), Files(1), "mass-delete 10/11" },
        { "9 of 11", Files(11), Files(2), "" },
        { "10 of 19", Files(19), Files(9), "mass-delete 10/19" },
        { "10 of 20, exactly half", Files(20), Files(10), "" },
        { "11 of 20", Files(20), Files(9), "mass-delete 11/20" },
        { "11 of 21", Files(21), Files(10), "mass-delete 11/21" },
        { "11 of 22", Files(22), Files(11), "" },
        { "11 of 20 and as many others come", Files(20), Files(9) + " " + Files(11, "new", "n"), "mass-delete 11/20" },
        { "99 of 100", Files(100), Files(1), "mass-delete 99/100" },

        { "all of 1", Files(1), "", "root-emptied 1/1" },
        { "all of 3", Files(3), "", "root-emptied 3/3" },
        { "10 of 10", Files(10), "", "root-emptied 10/10" },
        { "all of 100", Files(100), "", "root-emptied 100/100" },
        { "all of 3, in a directory that stays", "d/a=1 d/b=2 d/c=3", "d/", "root-emptied 3/3" },
        { "all of 3, and an empty directory comes", Files(3), "d/", "root-emptied 3/3" },
        { "all of 3, and another comes", Files(3), "new=n", "" },
        { "all of 3, and a link comes", Files(3), "new->n", "" },
        { "all of 3 but something unreadable", Files(3) + " x?", "x?", "" },
        { "all of 3 become directories", "a=1 b=2 c=3", "a/ b/ c/", "root-emptied 3/3" },
        { "directories alone", "a/ b/ c/d/", "", "" },

        { "all are replaced", Files(20), Files(20, content: "n"), "" },
        { "all become executable", Files(20), Files(20).Replace("=", "*=", StringComparison.Ordinal), "" },
        { "all become links", Files(20), Links(20, "f"), "" },
        { "all links become files", Links(20, "f"), Files(20), "" },
        { "11 of 20 become directories", Files(20), Files(9) + " " + Directories(10, 11), "mass-delete 11/20" },
        { "directories become files", Directories(1, 20), Files(20), "" },

        { "a directory with 20 is moved", Files(20, "d/f"), Files(20, "e/f"), "" },
        { "all are moved into a directory", Files(20), Files(20, "d/f"), "" },
        { "all are moved over others", Files(11) + " " + Files(11, "g", "n"), Files(11, "g"), "" },
        { "all are moved and become executable", Files(20), Files(20, "d/f").Replace("=", "*=", StringComparison.Ordinal), "" },
        { "all executables are moved", Files(20).Replace("=", "*=", StringComparison.Ordinal), Files(20, "d/f").Replace("=", "*=", StringComparison.Ordinal), "" },
        { "all links are moved", Links(20, "f"), Links(20, "d/f"), "" },
        { "a link is no file of that content", Files(20), Links(20, "d/f"), "mass-delete 20/20" },
        { "each moves into a directory of its name", Files(20), string.Join(' ', Enumerable.Range(1, 20).Select(i => $"f{i:000}/f=c{i}")), "" },
        { "moved and edited", Files(20), Files(20, "d/f", "n"), "mass-delete 20/20" },
        { "12 of 20 deleted and 8 moved", Files(20), string.Join(' ', Enumerable.Range(1, 8).Select(i => $"d/f{i:000}=c{i}")), "mass-delete 12/20" },
        { "10 of 20 deleted and 10 moved", Files(20), string.Join(' ', Enumerable.Range(1, 10).Select(i => $"d/f{i:000}=c{i}")), "" },
        { "11 deleted, 5 moved, 4 stay", Files(20), Files(4) + " " + string.Join(' ', Enumerable.Range(5, 5).Select(i => $"d/f{i:000}=c{i}")), "mass-delete 11/20" },
        { "of 12 equal files one stays under another name", Same(12), "kept=same", "mass-delete 11/12" },
        { "of 12 equal files one stays at its name", Same(12), "f001=same", "mass-delete 11/12" },
        { "what was there already is no arrival", Files(12) + " copy=c12 " + Files(5, "k", "k"), "copy=c12 " + Files(5, "k", "k"), "mass-delete 12/18" },
        { "what becomes executable is no arrival", Files(12) + " copy=c12 " + Files(5, "k", "k"), "copy*=c12 " + Files(5, "k", "k"), "mass-delete 12/18" },

        { "links do not count among what is deleted", Files(9) + " " + Links(11) + " stays=s", "stays=s", "" },
        { "links do not count among what stays", Files(10) + " " + Links(30), Links(30), "mass-delete 10/10" },
        { "all links of a side but one", Links(20), Links(1), "" },
        { "all links of a side that has no files", Links(3), "", "root-emptied 3/3" },
        { "all files but a link stays", Files(3) + " l->x", "l->x", "" },
        { "all files and links", Files(3) + " " + Links(3), "", "root-emptied 6/6" },
        { "directories do not count among what stays", Files(11) + " stays=s " + Directories(100, 50), "stays=s " + Directories(100, 50), "mass-delete 11/12" },
        { "what is deep counts alike", Files(11, "a/b/c/f") + " " + Files(10, "x/y/f", "n"), Files(10, "x/y/f", "n"), "mass-delete 11/21" },
        { "something unreadable counts as one", Files(10) + " " + string.Join(' ', Enumerable.Range(1, 10).Select(i => $"u{i}?")), string.Join(' ', Enumerable.Range(1, 10).Select(i => $"u{i}?")), "" },
    };

    [Theory, MemberData(nameof(Table))]
    public void What_a_side_loses_sets_off(string name, string before, string after, string expected)
    {
        Assert.NotEmpty(name);
        foreach (var side in new[] { Side.Local, Side.Origin })
        {
            var tripped = Check(side, before, after);
            Assert.Equal(expected, Print(tripped));
            Assert.True(tripped is null || tripped.Side == side);
        }
    }

    [Fact]
    public void The_first_three_that_would_be_deleted_are_examples_and_those_that_are_moved_are_not()
    {
        var tripped = Check(Side.Origin, Files(20), "z1=c1 z3=c3 " + Files(2, "k", "k"));
        Assert.Equal(["f002", "f004", "f005"], tripped!.Examples.Select(path => path.ToString()));
    }

    [Fact]
    public void A_plan_says_which_side_would_lose_and_what_each_side_did()
    {
        var (before, emptied) = (TreeText.Snapshot(Files(20)), TreeText.Snapshot());

        var push = Plan(before, emptied, before).Halt!;
        var pull = Plan(before, before, emptied).Halt!;

        Assert.Equal((Docs, Side.Origin, 20, 0), (push.Drive, Assert.Single(push.Brakes).Side, push.LocalChanges.Count, push.OriginChanges.Count));
        Assert.Equal((Docs, Side.Local, 0, 20), (pull.Drive, Assert.Single(pull.Brakes).Side, pull.LocalChanges.Count, pull.OriginChanges.Count));
    }

    [Fact]
    public void A_plan_with_a_halt_shows_what_it_would_do_and_is_not_clean()
    {
        var (before, emptied) = (TreeText.Snapshot(Files(3)), TreeText.Snapshot());
        var plan = Plan(before, emptied, before);
        Assert.Equal(3, plan.ToOrigin.Count);
        Assert.False(plan.IsClean);
    }

    // Before, after, what is allowed, whether that suffices.
    public static TheoryData<string, string, Brake[], bool> Allowances { get; } = new()
    {
        { Files(20), "", [], false },
        { Files(20), "", [Brake.MassDelete], false },
        { Files(20), "", [Brake.RootEmptied], true },
        { Files(20), "", [Brake.RootEmptied, Brake.MassDelete], true },
        { Files(20), Files(1), [], false },
        { Files(20), Files(1), [Brake.RootEmptied], false },
        { Files(20), Files(1), [Brake.MassDelete], true },
        { Files(20), Files(19), [], true },
    };

    [Theory, MemberData(nameof(Allowances))]
    public void A_brake_halts_unless_it_is_allowed_itself(string before, string after, Brake[] allowed, bool goes)
    {
        var (was, now) = (TreeText.Snapshot(before), TreeText.Snapshot(after));
        Assert.Equal((goes, goes), (Plan(was, now, was, allowed).Halt is null, Plan(was, was, now, allowed).Halt is null));
    }

    [Fact]
    public void Both_sides_are_looked_at()
    {
        var (before, emptied) = (TreeText.Snapshot(Files(20)), TreeText.Snapshot());
        var deletions = TreeDiff.Compare(before, emptied).ToList();
        var plan = new SyncPlan(before.Ref, before.Ref, before.Ref, deletions, deletions, null, []);
        Assert.Equal([Side.Local, Side.Origin], Brakes.Check(plan, Docs, _ => before, []).Halt!.Brakes.Select(brake => brake.Side));
    }

    [Fact]
    public void A_check_reads_no_more_than_it_needs_to_know_that_enough_stays()
    {
        var tree = new FlatTree();
        for (var directory = 0; directory < 500; directory++)
        for (var file = 0; file < 20; file++)
            tree.Put(DrivePath.Parse($"d{directory}/f{file}"), TreeText.File($"{directory} {file}"));
        var before = tree.ToSnapshot();
        for (var file = 0; file < 20; file++)
            tree.RemoveAll(DrivePath.Parse($"d7/f{file}"));
        var changes = TreeDiff.Compare(before, tree.ToSnapshot()).ToList();

        Assert.Null(Brakes.Check(Side.Local, RecordingTreeReader.Of(before, out var reader), changes));

        Assert.InRange(reader.Paths.Count, 1, 5);
    }

    [Fact]
    public void A_check_of_what_is_moved_reads_nothing()
    {
        var before = TreeText.Snapshot(Files(20, "d/f"));
        var changes = TreeDiff.Compare(before, TreeText.Snapshot(Files(20, "e/f"))).ToList();
        Assert.Null(Brakes.Check(Side.Local, RecordingTreeReader.Of(before, out var reader), changes));
        Assert.Empty(reader.Paths);
    }

    [Theory]
    [InlineData("root-emptied", Brake.RootEmptied)]
    [InlineData("mass-delete", Brake.MassDelete)]
    [InlineData("root-missing", null)]
    [InlineData("Mass-Delete", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_brake_has_one_name(string? text, Brake? brake)
    {
        Assert.Equal(brake, BrakeNames.Find(text));
        Assert.True(brake is null || brake.Value.ToText() == text);
    }

    private static SyncPlan Plan(Snapshot before, Snapshot local, Snapshot origin, params Brake[] allowed)
    {
        var plan = StrictPolicy.Plan(Reconciler.Reconcile(before, local, origin), Docs, new SyncRefs(before.Ref, local.Ref, origin.Ref), AccessMode.ReadWrite);
        return Brakes.Check(plan, Docs, side => side == Side.Local ? local : origin, allowed);
    }

    private static TrippedBrake? Check(Side side, string before, string after)
    {
        var was = TreeText.Snapshot(before);
        return Brakes.Check(side, was, [.. TreeDiff.Compare(was, TreeText.Snapshot(after))]);
    }

    private static string Print(TrippedBrake? tripped) => tripped is null ? "" : $"{tripped.Brake.ToText()} {tripped.Deleted}/{tripped.Files}";

    private static string Files(int count, string name = "f", string content = "c") => string.Join(' ', Enumerable.Range(1, count).Select(i => $"{name}{i:000}={content}{i}"));

    private static string Links(int count, string name = "l") => Files(count, name).Replace("=", "->", StringComparison.Ordinal);

    private static string Same(int count) => string.Join(' ', Enumerable.Range(1, count).Select(i => $"f{i:000}=same"));

    private static string Directories(int first, int count) => string.Join(' ', Enumerable.Range(first, count).Select(i => $"f{i:000}/"));
}
