using System.Text;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>Whatever call to the file system fails during an apply: no bytes are lost, and a push is made wholly or not at all.</summary>
public sealed class ApplyFaultTests
{
    private static readonly string[] Contents = ["theirs", "shared", "turned", "small"];

    public static TheoryData<object> Errors => [FileError.Io, FileError.Permission, FileError.NotFound, FileError.Loop, FileError.NoSpace];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task An_error_at_any_call_of_a_push_leaves_the_old_tree_or_the_new_one(object error)
    {
        for (var n = 1; ; n++)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.At(n, (FileError)error), MakeTree, Plan, Contents);
            var thrown = Record.Exception(() => apply.All());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            Assert.True(thrown is null or DriveException, $"{apply.Failed}: {thrown}");
            if (thrown is null)
                Assert.True(apply.IsAsPlanned(), $"{apply.Failed}: {apply.Now}");
            else
                Assert.True(apply.Before == apply.Now, $"{apply.Failed}: {thrown.Message}\n{apply.Before}\nis now\n{apply.Now}");
        }
    }

    [Theory]
    [InlineData(FileError.Io)]
    [InlineData(FileError.NoSpace)]
    public async Task A_disk_that_is_gone_from_some_call_of_a_push_on_loses_no_bytes_and_both_failures_are_told(object error)
    {
        for (var n = 1; ; n++)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.From(n, (FileError)error), MakeTree, Plan, Contents);
            var thrown = Record.Exception(() => apply.All());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            if (thrown is null ? apply.IsAsPlanned() : apply.Before == apply.Now)
                continue;
            Assert.Equal(ErrorCode.Io, Assert.IsType<DriveException>(thrown).Code);
            Assert.Contains("could not be taken back", thrown.Message, StringComparison.Ordinal);
            var all = Assert.IsType<AggregateException>(thrown.InnerException).InnerExceptions;
            Assert.True(all.Count > 1 && thrown.Message.StartsWith(all[0].Message.TrimEnd('.'), StringComparison.Ordinal), thrown.Message);
        }
    }

    [Fact]
    public async Task A_disk_that_fills_up_at_any_call_of_a_push_leaves_the_old_tree()
    {
        for (var n = 1; ; n++)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.FullFrom(n), MakeTree, PlanWithoutRemovedDirectories, Contents);
            var thrown = Record.Exception(() => apply.All());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            Assert.Equal((apply.Failed, apply.Before), (apply.Failed, apply.Now));
            Assert.Equal(ErrorCode.NoSpace, Assert.IsAssignableFrom<DriveException>(thrown).Code);
        }
    }

    [Fact]
    public async Task A_push_that_lands_leaves_what_it_displaced_in_the_trash_and_no_place_for_what_would_have_been_taken_back()
    {
        using var apply = await FaultyApply.OfAsync(FaultPlan.None(), MakeTree, Plan, Contents);
        apply.All();
        Assert.True(apply.IsAsPlanned());
        Assert.Equal(["apply"], apply.Trash);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task An_error_at_any_call_of_a_pull_leaves_each_path_as_it_was_or_as_planned(object error)
    {
        for (var n = 1; ; n++)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.At(n, (FileError)error), MakeTree, Plan, Contents);
            ApplyOutcome? outcome = null;
            var thrown = Record.Exception(() => outcome = apply.Each());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            Assert.True(thrown is null or DriveException, $"{apply.Failed}: {thrown}");
            apply.RequireOldOrNew(outcome);
        }
    }

    [Fact]
    public async Task A_disk_that_fills_up_at_any_call_of_a_pull_ends_it_and_leaves_each_path_as_it_was_or_as_planned()
    {
        for (var n = 1; ; n++)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.FullFrom(n), MakeTree, PlanWithoutRemovedDirectories, Contents);
            var thrown = Record.Exception(() => apply.Each());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            apply.RequireOldOrNew(outcome: null);
            Assert.Equal((apply.Failed, ErrorCode.NoSpace), (apply.Failed, Assert.IsAssignableFrom<DriveException>(thrown).Code));
        }
    }

    [Theory]
    [InlineData(FileError.Io)]
    [InlineData(FileError.NoSpace)]
    public async Task A_disk_that_is_gone_from_some_call_of_a_pull_on_loses_no_bytes(object error)
    {
        for (var n = 1; ; n++)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.From(n, (FileError)error), MakeTree, Plan, Contents);
            var thrown = Record.Exception(() => apply.Each());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            Assert.True(thrown is null or DriveException, $"{apply.Failed}: {thrown}");
        }
    }

    private static void MakeTree(ScannedRoot root)
    {
        foreach (var path in new[] { "keep", "dir/replaced", "dir/mode", "gone", "gone dir/sub/file", "to dir", "to file/below", "to link", "twin", "dir/last" })
            root.Write(path, $"old {path}");
        OddFiles.HardLink(root.At("twin"), root.At("dir/twin"));
        File.CreateSymbolicLink(root.At("link"), "keep");
        File.CreateSymbolicLink(root.At("link to file"), "keep");
        File.CreateSymbolicLink(root.At("gone link"), "keep");
    }

    private static void PlanWithoutRemovedDirectories(FlatTree tree)
    {
        Put(tree, "dir/replaced", "theirs");
        Put(tree, "new/below/first", "shared");
        Put(tree, "new/second", "shared");
        Put(tree, "dir/last", "shared");
        tree.RemoveAll(DrivePath.Parse("gone"));
        tree.RemoveAll(DrivePath.Parse("gone link"));
        tree.Put(DrivePath.Parse("link"), Entry.Symlink("dir"));
        tree.Put(DrivePath.Parse("new/link"), Entry.Symlink("second"));
        tree.Put(DrivePath.Parse("to link"), Entry.Symlink("gone"));
        Put(tree, "link to file", "small");
        Put(tree, "to dir/inside", "turned");
        foreach (var path in new[] { "dir/mode", "dir/twin" }.Select(DrivePath.Parse))
            tree[path] = Entry.File(tree[path].Size, tree[path].ContentHash, executable: true, 1_000_000_000_000_000_000);
    }

    private static void Plan(FlatTree tree)
    {
        PlanWithoutRemovedDirectories(tree);
        tree.RemoveAll(DrivePath.Parse("gone dir"));
        tree.RemoveAll(DrivePath.Parse("to file"));
        Put(tree, "to file", "turned");
    }

    private static void Put(FlatTree tree, string path, string content) =>
        tree.Put(DrivePath.Parse(path), Entry.File(content.Length, ContentHash.Of(Encoding.ASCII.GetBytes(content)), executable: false, 1_100_000_000_000_000_000));
}
