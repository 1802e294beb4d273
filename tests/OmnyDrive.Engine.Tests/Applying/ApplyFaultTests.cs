using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Errors;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>Whatever call to the file system fails during an apply: no bytes are lost, and a push is made wholly or not at all.</summary>
public sealed class ApplyFaultTests
{
    public static MatrixTheoryData<object, bool> Errors => Each(FileError.Io, FileError.Permission, FileError.NotFound, FileError.Loop, FileError.NoSpace);

    public static MatrixTheoryData<object, bool> GoneDisks => Each(FileError.Io, FileError.NoSpace);

    // Where not all is run, errors take turns, so that each call meets some of them.
    private static int Step => Iterations.All ? 1 : 2;

    private static int First(object error) => Iterations.All ? 1 : 1 + (int)(FileError)error / 4 % 2;

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task An_error_at_any_call_of_a_push_leaves_the_old_tree_or_the_new_one(object error, bool builds)
    {
        for (var n = First(error); ; n += Step)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.At(n, (FileError)error), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents, builds);
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
    [MemberData(nameof(GoneDisks))]
    public async Task A_disk_that_is_gone_from_some_call_of_a_push_on_loses_no_bytes_and_both_failures_are_told(object error, bool builds)
    {
        for (var n = First(error); ; n += Step)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.From(n, (FileError)error), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents, builds);
            var thrown = Record.Exception(() => apply.All());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            if (thrown is null ? apply.IsAsPlanned() : apply.Before == apply.Now)
                continue;
            Assert.Equal(ErrorCode.Io, Assert.IsType<DriveException>(thrown).Code);
            if (IsOpen(thrown))
                RequireEnded(apply);
            else
                Assert.Contains("could not be taken back", thrown.Message, StringComparison.Ordinal);
            var all = Assert.IsType<AggregateException>(thrown.InnerException).InnerExceptions;
            Assert.True(all.Count > 1 && thrown.Message.StartsWith(all[0].Message.TrimEnd('.'), StringComparison.Ordinal), thrown.Message);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disk_that_fills_up_at_any_call_of_a_push_leaves_the_old_tree(bool builds)
    {
        for (var n = 1; ; n++)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.FullFrom(n), SampleApply.MakeTree, SampleApply.PlanWithoutRemovedDirectories, SampleApply.Contents, builds);
            var thrown = Record.Exception(() => apply.All());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            if (IsOpen(thrown))
            {
                RequireEnded(apply);
                continue;
            }
            Assert.Equal((apply.Failed, apply.Before), (apply.Failed, apply.Now));
            Assert.Equal(ErrorCode.NoSpace, Assert.IsAssignableFrom<DriveException>(thrown).Code);
        }
    }

    // Neither that the changes stand nor that they do not is on the disk for certain.
    private static bool IsOpen(Exception? thrown) => thrown?.Message.Contains("could not be written down", StringComparison.Ordinal) == true;

    private static void RequireEnded(FaultyApply apply)
    {
        Assert.True(apply.HasJournal);
        apply.Recover();
        Assert.False(apply.HasJournal);
        apply.RequireAllContent();
        Assert.True(apply.IsAccepted ? apply.IsAsPlanned() : apply.Before == apply.Now, $"{apply.Failed}: {apply.Now}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_push_that_lands_leaves_what_it_displaced_in_the_trash_and_no_place_for_what_would_have_been_taken_back(bool builds)
    {
        using var apply = await FaultyApply.OfAsync(FaultPlan.None(), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents, builds);
        Assert.Equal((3, 2), apply.Moves);
        apply.All();
        Assert.True(apply.IsAsPlanned());
        Assert.Equal(["apply"], apply.Trash);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task An_error_at_any_call_of_a_pull_leaves_each_path_as_it_was_or_as_planned(object error, bool builds)
    {
        for (var n = First(error); ; n += Step)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.At(n, (FileError)error), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents, builds);
            ApplyOutcome? outcome = null;
            var thrown = Record.Exception(() => outcome = apply.Each());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            Assert.True(thrown is null or DriveException, $"{apply.Failed}: {thrown}");
            apply.RequireOldOrNew(outcome);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disk_that_fills_up_at_any_call_of_a_pull_ends_it_and_leaves_each_path_as_it_was_or_as_planned(bool builds)
    {
        for (var n = 1; ; n++)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.FullFrom(n), SampleApply.MakeTree, SampleApply.PlanWithoutRemovedDirectories, SampleApply.Contents, builds);
            var thrown = Record.Exception(() => apply.Each());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            apply.RequireOldOrNew(outcome: null);
            Assert.Equal((apply.Failed, ErrorCode.NoSpace), (apply.Failed, Assert.IsAssignableFrom<DriveException>(thrown).Code));
        }
    }

    [Theory]
    [MemberData(nameof(GoneDisks))]
    public async Task A_disk_that_is_gone_from_some_call_of_a_pull_on_loses_no_bytes(object error, bool builds)
    {
        for (var n = First(error); ; n += Step)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.From(n, (FileError)error), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents, builds);
            var thrown = Record.Exception(() => apply.Each());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.RequireAllContent();
            Assert.True(thrown is null or DriveException, $"{apply.Failed}: {thrown}");
        }
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task An_error_at_any_call_while_contents_are_staged_ends_it_or_changes_nothing_of_what_is_applied(object error, bool all)
    {
        for (var n = First(error); ; n += Step)
        {
            var (apply, thrown) = await FaultyApply.StagedWithFaultsAsync(FaultPlan.At(n, (FileError)error), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents);
            using var staged = apply;
            if (apply.Faults.Failed.Count == 0)
                break;
            Assert.Equal((apply.Failed, apply.Before), (apply.Failed, apply.Now));
            Assert.True(thrown is null or DriveException, $"{apply.Failed}: {thrown}");
            if (thrown is not null)
                continue;
            Assert.Empty((all ? apply.All(faults: false) : apply.Each(faults: false)).Problems);
            Assert.True(apply.IsAsPlanned(), $"{apply.Failed}: {apply.Now}");
        }
    }

    [Theory]
    [InlineData(FileCall.MakeDirectory, "/tree/new/below")]
    [InlineData(FileCall.CreateNew, "/tree/new/below/first")]
    [InlineData(FileCall.SetModified, "/tree/new/below/first")]
    [InlineData(FileCall.CreateNew, "/tree/new/second")]
    [InlineData(FileCall.MakeSymlink, "/tree/new/link")]
    public async Task What_cannot_be_made_in_a_new_directory_while_it_is_built_makes_its_files_be_placed_one_by_one(object call, string at)
    {
        var plan = FaultPlan.Where((made, path) => made.Equals(call) && path.EndsWith(at, StringComparison.Ordinal), FileError.Permission);
        var (apply, thrown) = await FaultyApply.StagedWithFaultsAsync(plan, SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents);
        using var staged = apply;
        Assert.Null(thrown);
        Assert.Single(apply.Faults.Failed);
        Assert.Empty(apply.Each(faults: false).Problems);
        Assert.True(apply.IsAsPlanned(), apply.Now);
    }

    private static MatrixTheoryData<object, bool> Each(params object[] errors) => new(errors, [true, false]);
}
