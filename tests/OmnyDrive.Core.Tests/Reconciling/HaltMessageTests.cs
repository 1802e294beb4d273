using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public class HaltMessageTests
{
    private static readonly DriveId Docs = DriveId.Parse("alpha/docs");
    private static readonly MountId Mount = MountId.Parse("m-0123456789ab");

    [Fact]
    public void A_push_that_would_delete_most_says_what_was_seen_and_how_to_go_on()
    {
        var thrown = Thrown(Tripped(Brake.MassDelete, Side.Origin, 11, 20, "a", "b", "d/c"));
        Assert.Equal(
            "11 of the 20 files of alpha/docs are gone from the mount (\"a\", \"b\", \"d/c\" and 8 more). A push would delete them at the origin, which looks like an accident (mass-delete). Nothing was changed on either side.",
            thrown.Message);
        Assert.Equal("If that is meant: omnydrive sync m-0123456789ab --allow mass-delete. If not, put the files back in the mount and run omnydrive sync again.", thrown.Hint);
        Assert.Equal(ErrorCode.Halted, thrown.Code);
    }

    [Fact]
    public void A_pull_that_would_delete_everything_says_so()
    {
        var thrown = Thrown(Tripped(Brake.RootEmptied, Side.Local, 2, 2, "a", "b"));
        Assert.Equal(
            "All 2 files of alpha/docs are gone from the origin (\"a\", \"b\"). A pull would delete them in the mount, which looks like an accident (root-emptied). Nothing was changed on either side.",
            thrown.Message);
        Assert.Equal("If that is meant: omnydrive sync m-0123456789ab --allow root-emptied. If not, put the files back at the origin and run omnydrive sync again.", thrown.Hint);
    }

    [Fact]
    public void The_only_file_is_not_all_of_them() =>
        Assert.StartsWith("The only file of alpha/docs is gone from the mount (\"a\"). ", Thrown(Tripped(Brake.RootEmptied, Side.Origin, 1, 1, "a")).Message, StringComparison.Ordinal);

    [Fact]
    public void Both_sides_are_told_and_each_brake_is_allowed_once()
    {
        var thrown = Thrown(Tripped(Brake.MassDelete, Side.Local, 11, 20, "a"), Tripped(Brake.MassDelete, Side.Origin, 12, 20, "b"));
        Assert.Contains("11 of the 20", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("12 of the 20", thrown.Message, StringComparison.Ordinal);
        Assert.Equal("If that is meant: omnydrive sync m-0123456789ab --allow mass-delete. If not, put the files back at the origin and in the mount and run omnydrive sync again.", thrown.Hint);
    }

    [Fact]
    public void Where_the_mount_is_not_known_the_command_names_none() =>
        Assert.StartsWith("If that is meant: omnydrive sync MOUNT --allow mass-delete.", HaltMessage.HintOf([Tripped(Brake.MassDelete, Side.Origin, 11, 20, "a")]), StringComparison.Ordinal);

    [Fact]
    public void A_name_that_would_steer_a_terminal_is_printed_harmless() =>
        Assert.Contains("\"a\\u202e\"", Thrown(Tripped(Brake.MassDelete, Side.Origin, 11, 20, "a\u202E")).Message, StringComparison.Ordinal);

    private static SyncHaltedException Thrown(params TrippedBrake[] brakes)
    {
        var halt = new Halt(Docs, brakes, [], []);
        var thrown = new SyncHaltedException(halt, Mount);
        Assert.Same(halt, thrown.Halt);
        return thrown;
    }

    private static TrippedBrake Tripped(Brake brake, Side side, long deleted, long files, params string[] examples) =>
        new(brake, side, deleted, files, [.. examples.Select(DrivePath.Parse)]);
}
