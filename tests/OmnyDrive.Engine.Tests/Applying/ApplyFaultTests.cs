using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>Whatever call to the file system fails during an apply: no bytes are lost, and a push is made wholly or not at all.</summary>
public sealed class ApplyFaultTests
{
    public static TheoryData<object> Errors => [FileError.Io, FileError.Permission, FileError.NotFound, FileError.Loop, FileError.NoSpace];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task An_error_at_any_call_of_a_push_leaves_the_old_tree_or_the_new_one(object error)
    {
        for (var n = 1; ; n++)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.At(n, (FileError)error), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents);
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
            using var apply = await FaultyApply.OfAsync(FaultPlan.From(n, (FileError)error), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents);
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
            using var apply = await FaultyApply.OfAsync(FaultPlan.FullFrom(n), SampleApply.MakeTree, SampleApply.PlanWithoutRemovedDirectories, SampleApply.Contents);
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
        using var apply = await FaultyApply.OfAsync(FaultPlan.None(), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents);
        Assert.Equal(4, apply.Moves);
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
            using var apply = await FaultyApply.OfAsync(FaultPlan.At(n, (FileError)error), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents);
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
            using var apply = await FaultyApply.OfAsync(FaultPlan.FullFrom(n), SampleApply.MakeTree, SampleApply.PlanWithoutRemovedDirectories, SampleApply.Contents);
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
            using var apply = await FaultyApply.OfAsync(FaultPlan.From(n, (FileError)error), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents);
            var thrown = Record.Exception(() => apply.Each());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            Assert.True(thrown is null or DriveException, $"{apply.Failed}: {thrown}");
        }
    }
}
