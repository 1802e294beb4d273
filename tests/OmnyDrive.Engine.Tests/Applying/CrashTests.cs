using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Errors;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>
/// A process that dies at any call to the file system during an apply: from that call on nothing it does has an effect. Whoever takes the root's lock next finds the old tree or the
/// new one, never a mixture.
/// </summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_push_whose_process_dies_at_any_call_has_landed_or_not_once_the_root_is_locked_again(bool builds)
    {
        for (var n = 1; ; n++)
        {
            using var apply = await DyingAsync(n, builds);
            var thrown = Record.Exception(() => apply.All());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.Recover();
            apply.RequireAllContent();
            Assert.False(apply.HasJournal);
            Assert.Equal(apply.IsAsPlanned(), apply.IsAccepted);
            Assert.True(thrown is null ? apply.IsAsPlanned() : apply.Before == apply.Now || apply.IsAsPlanned(), $"{n} {apply.Failed}: {thrown?.Message}\n{apply.Before}\nis now\n{apply.Now}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_recovery_that_dies_at_any_call_is_begun_again_and_ends_the_same(bool builds)
    {
        var calls = await CallsAsync(builds);
        // Some way into the changes, and at their end.
        foreach (var n in new[] { calls * 6 / 10, calls * 8 / 10, calls - 8 })
        {
            for (var m = Iterations.All ? 1 : 1 + n % 2; ; m += Iterations.All ? 1 : 2)
            {
                using var apply = await DyingAsync(n, builds);
                Record.Exception(() => apply.All());
                Assert.True(apply.HasJournal);
                var faults = FaultPlan.From(m, FileError.Io);
                Record.Exception(() => apply.Recover(faults));
                if (faults.Failed.Count == 0)
                    break;
                apply.Recover();
                apply.RequireAllContent();
                Assert.False(apply.HasJournal);
                Assert.True(apply.Before == apply.Now, $"{n} {m}:\n{apply.Before}\nis now\n{apply.Now}");
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pull_whose_process_dies_at_any_call_leaves_each_path_as_it_was_or_as_planned_once_the_root_is_locked_again(bool builds)
    {
        for (var n = 1; ; n++)
        {
            using var apply = await DyingAsync(n, builds);
            var thrown = Record.Exception(() => apply.Each());
            if (apply.Faults.Failed.Count == 0)
                break;
            apply.Recover();
            apply.RequireAllContent();
            Assert.False(apply.HasJournal);
            apply.RequireOldOrNew(outcome: null);
        }
    }

    [Fact]
    public async Task What_somebody_edited_after_the_crash_stays_and_what_was_there_before_is_in_the_trash()
    {
        using var apply = await DyingAtTheEndAsync();
        await File.WriteAllTextAsync(apply.At("dir/replaced"), "edited since");
        apply.Recover();
        apply.RequireAllContent();
        Assert.Equal("edited since", await File.ReadAllTextAsync(apply.At("dir/replaced")));
        Assert.Equal("old dir/replaced", await File.ReadAllTextAsync(apply.At(".omnydrive/trash/apply/dir/replaced")));
        Assert.Equal("old keep", await File.ReadAllTextAsync(apply.At("keep")));
        Assert.True(File.Exists(apply.At("gone")));
    }

    [Fact]
    public async Task What_somebody_edited_after_the_crash_in_a_directory_that_came_whole_stays_and_the_rest_of_it_goes()
    {
        using var apply = await DyingAtTheEndAsync();
        await File.WriteAllTextAsync(apply.At("new/second"), "edited since");
        apply.Recover();
        Assert.Equal(["second"], Directory.GetFileSystemEntries(apply.At("new")).Select(Path.GetFileName));
        Assert.Equal("edited since", await File.ReadAllTextAsync(apply.At("new/second")));
        Assert.Equal("old keep", await File.ReadAllTextAsync(apply.At("keep")));
    }

    [Fact]
    public async Task What_somebody_edited_and_made_after_the_crash_in_a_directory_that_was_moved_goes_back_with_it()
    {
        using var apply = await DyingAtTheEndAsync();
        await File.WriteAllTextAsync(apply.At("moved/deep/whole/sub/two"), "edited since");
        await File.WriteAllTextAsync(apply.At("moved/deep/whole/made"), "made since");
        apply.Recover();
        Assert.Equal(("edited since", "made since", "old whole/kept/one"), (await File.ReadAllTextAsync(apply.At("whole/kept/sub/two")), await File.ReadAllTextAsync(apply.At("whole/kept/made")), await File.ReadAllTextAsync(apply.At("whole/kept/one"))));
        Assert.False(Directory.Exists(apply.At("moved")));
    }

    [Fact]
    public async Task A_directory_that_somebody_made_in_the_place_of_one_that_was_moved_stays_and_so_does_the_moved_one()
    {
        using var apply = await DyingAtTheEndAsync();
        Directory.CreateDirectory(apply.At("whole/kept"));
        apply.Recover();
        apply.RequireAllContent();
        Assert.False(apply.HasJournal);
        Assert.Empty(Directory.GetFileSystemEntries(apply.At("whole/kept")));
        Assert.Equal("old whole/kept/one", await File.ReadAllTextAsync(apply.At("moved/deep/whole/one")));
    }

    [Fact]
    public async Task What_somebody_put_in_the_place_of_something_removed_stays()
    {
        using var apply = await DyingAtTheEndAsync();
        await File.WriteAllTextAsync(apply.At("gone"), "another");
        apply.Recover();
        apply.RequireAllContent();
        Assert.Equal("another", await File.ReadAllTextAsync(apply.At("gone")));
        Assert.Equal("old gone", await File.ReadAllTextAsync(apply.At(".omnydrive/trash/apply/gone")));
    }

    [Fact]
    public async Task A_journal_with_a_wrong_byte_halts_and_changes_nothing()
    {
        using var apply = await DyingAtTheEndAsync();
        var now = apply.Now;
        var journal = await File.ReadAllBytesAsync(apply.At(".omnydrive/journal"));
        for (var at = 0; at < journal.Length; at += 11)
        {
            var damaged = journal.ToArray();
            damaged[at] ^= 0x20;
            await File.WriteAllBytesAsync(apply.At(".omnydrive/journal"), damaged);
            Assert.Equal(ErrorCode.Io, Assert.Throws<DriveException>(() => apply.Recover()).Code);
            await File.WriteAllBytesAsync(apply.At(".omnydrive/journal"), journal[..at]);
            Assert.Equal(ErrorCode.Io, Assert.Throws<DriveException>(() => apply.Recover()).Code);
        }
        Assert.Equal(now, apply.Now);
        await File.WriteAllBytesAsync(apply.At(".omnydrive/journal"), journal);
        apply.Recover();
        Assert.Equal(apply.Before, apply.Now);
    }

    private static Task<FaultyApply> DyingAsync(int call, bool builds = true) => FaultyApply.OfAsync(FaultPlan.From(call, FileError.Io), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents, builds);

    private static async Task<int> CallsAsync(bool builds = true)
    {
        using var whole = await FaultyApply.OfAsync(FaultPlan.None(), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents, builds);
        whole.All();
        return whole.Faults.Count;
    }

    // All is in place, and the journal not yet removed.
    private static async Task<FaultyApply> DyingAtTheEndAsync()
    {
        for (var n = await CallsAsync(); n > 0; n--)
        {
            var apply = await DyingAsync(n);
            Record.Exception(() => apply.All());
            if (apply.HasJournal && apply.IsAsPlanned() && !apply.IsAccepted)
                return apply;
            apply.Dispose();
        }
        throw new InvalidOperationException("No call comes between the last change and the end of the journal.");
    }
}
