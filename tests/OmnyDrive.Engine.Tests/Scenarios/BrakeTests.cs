using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>What looks like an accident halts before anything is applied, in either direction, until somebody says that it is meant.</summary>
public sealed class BrakeTests
{
    /// <summary>Which side the files are gone from.</summary>
    public static TheoryData<Side> Sides => [Side.Local, Side.Origin];

    [Theory, MemberData(nameof(Sides))]
    public async Task More_than_half_of_the_files_gone_from_one_side_halts_and_nothing_is_touched(Side gone)
    {
        await using var sides = await TwoSides.StartAsync(Twenty);
        Delete(Root(sides, gone), 1, 11);
        var (mount, origin) = Look(sides);

        for (var again = 0; again < 2; again++)
        {
            var halted = await Assert.ThrowsAsync<SyncHaltedException>(sides.SyncAsync);
            var tripped = Assert.Single(halted.Halt.Brakes);
            Assert.Equal((ErrorCode.Halted, Brake.MassDelete, Other(gone), 11L, 20L), (halted.Code, tripped.Brake, tripped.Side, tripped.Deleted, tripped.Files));
            Assert.Contains($"omnydrive sync {sides.Id} --allow mass-delete", halted.Hint, StringComparison.Ordinal);
        }

        Assert.Equal((mount, origin), Look(sides));
        Assert.False(Directory.Exists(Path.Combine(Root(sides, Other(gone)), ".omnydrive", "trash")));
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task What_is_allowed_is_done_for_this_run_alone(Side gone)
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            Twenty(root);
            for (var i = 0; i < 20; i++)
                File.WriteAllText(Path.Combine(root, $"g{i}"), $"g {i}");
        });
        Delete(Root(sides, gone), 1, 20);
        File.Delete(Path.Combine(Root(sides, gone), "g0"));

        await Assert.ThrowsAsync<SyncHaltedException>(() => sides.SyncAsync(Brake.RootEmptied));
        Assert.Equal(Done(gone), (await sides.SyncAsync(Brake.MassDelete)).Status);

        sides.AssertSame();
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        for (var i = 1; i < 15; i++)
            File.Delete(Path.Combine(Root(sides, gone), $"g{i}"));
        await Assert.ThrowsAsync<SyncHaltedException>(sides.SyncAsync);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task An_emptied_root_halts_however_little_was_in_it(Side gone)
    {
        await using var sides = await TwoSides.StartAsync();
        Empty(Root(sides, gone));
        var (mount, origin) = Look(sides);

        var halted = await Assert.ThrowsAsync<SyncHaltedException>(sides.SyncAsync);
        await Assert.ThrowsAsync<SyncHaltedException>(() => sides.SyncAsync(Brake.MassDelete));

        Assert.Equal((Brake.RootEmptied, Other(gone)), (Assert.Single(halted.Halt.Brakes).Brake, halted.Halt.Brakes[0].Side));
        Assert.Equal((mount, origin), Look(sides));
        Assert.Equal(Done(gone), (await sides.SyncAsync(Brake.RootEmptied)).Status);
        sides.AssertSame();
        Assert.Equal("", DiskTree.Describe(sides.Origin));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task What_both_sides_deleted_alike_is_agreed_and_no_accident()
    {
        await using var sides = await TwoSides.StartAsync(Twenty);
        Empty(sides.Mount);
        Empty(sides.Origin);
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task Exactly_half_goes_through(Side gone)
    {
        await using var sides = await TwoSides.StartAsync(Twenty);
        Delete(Root(sides, gone), 1, 10);
        Assert.Equal(Done(gone), (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Theory, MemberData(nameof(Sides))]
    public async Task A_directory_that_holds_everything_is_moved_without_a_halt(Side moved)
    {
        await using var sides = await TwoSides.StartAsync(root => Twenty(Directory.CreateDirectory(Path.Combine(root, "all")).FullName));
        Directory.Move(Path.Combine(Root(sides, moved), "all"), Path.Combine(Root(sides, moved), "renamed"));
        Assert.Equal(Done(moved), (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Fact]
    public async Task A_plan_shows_the_halt_with_what_each_side_did_and_none_where_it_is_allowed()
    {
        await using var sides = await TwoSides.StartAsync(Twenty);
        Delete(sides.Mount, 1, 11);
        var (mount, origin) = Look(sides);

        var plan = await sides.Beta.PlanSyncAsync(sides.Id);
        var allowed = await sides.Beta.PlanSyncAsync(sides.Id, new SyncOptions { Allowed = [Brake.MassDelete] });

        Assert.Equal((11, 0), (plan.Halt!.LocalChanges.Count, plan.Halt.OriginChanges.Count));
        Assert.Equal((null, 11), (allowed.Halt, allowed.ToOrigin.Count));
        Assert.Equal((mount, origin), Look(sides));
    }

    [Fact]
    public async Task A_conflict_is_told_and_not_the_brake()
    {
        await using var sides = await TwoSides.StartAsync(Twenty);
        Empty(sides.Mount);
        File.WriteAllText(sides.AtOrigin("f1"), "theirs");
        await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);
    }

    [Fact]
    public async Task A_clone_that_is_continued_takes_what_the_origin_has_by_then()
    {
        await using var sides = await TwoSides.StartAsync(Twenty);
        var place = sides.Scratch.At("second");
        // A directory in the way of one file, so that all but that one arrive.
        sides.Steps.Once(OriginStep.BeforeFetch, () => Directory.CreateDirectory(Path.Combine(place, "f1", "in the way")));
        await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(TwoSides.Drive, place));
        Assert.Equal(19, Directory.GetFiles(place).Length);
        Directory.Delete(Path.Combine(place, "f1"), recursive: true);
        Delete(sides.Origin, 1, 19);

        await sides.Beta.CloneDriveAsync(TwoSides.Drive, place);

        Assert.Equal(DiskTree.Describe(sides.Origin), DiskTree.Describe(place));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_read_is_reported_and_nothing_in_it_is_deleted_or_counted_as_deleted()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            Twenty(Directory.CreateDirectory(Path.Combine(root, "dir")).FullName);
            File.WriteAllText(Path.Combine(root, "a.txt"), "first");
        });
        // Nobody knows what such an ignore file wants to leave out.
        File.CreateSymbolicLink(sides.InMount("dir/.omnyignore"), "nowhere");
        File.Delete(sides.InMount("a.txt"));

        var result = await sides.SyncAsync();

        Assert.Equal((SyncStatus.Pushed, "dir"), (result.Status, result.Problems[0].Path.Split('/')[0]));
        Assert.Equal(20, Directory.GetFiles(sides.AtOrigin("dir")).Length);
        Assert.False(File.Exists(sides.AtOrigin("a.txt")));
    }

    [Fact]
    public async Task A_mount_that_is_being_taken_away_while_it_is_looked_at_deletes_nothing()
    {
        await using var sides = await TwoSides.StartAsync();
        var origin = DiskTree.Describe(sides.Origin, times: true);
        // The root has been found to be the mount's by then.
        sides.Steps.Once(OriginStep.BeforeHead, () =>
        {
            Directory.Delete(sides.InMount(".omnydrive"), recursive: true);
            File.Delete(sides.InMount("a.txt"));
        });

        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);

        Assert.Equal(origin, DiskTree.Describe(sides.Origin, times: true));
    }

    private static void Twenty(string root)
    {
        for (var i = 1; i <= 20; i++)
            File.WriteAllText(Path.Combine(root, $"f{i}"), $"content {i}");
    }

    private static void Delete(string root, int first, int count)
    {
        for (var i = first; i < first + count; i++)
            File.Delete(Path.Combine(root, $"f{i}"));
    }

    private static void Empty(string root)
    {
        foreach (var name in Directory.GetFileSystemEntries(root).Where(path => Path.GetFileName(path) != ".omnydrive"))
            Programs.Run("rm", "-r", name);
    }

    private static string Root(TwoSides sides, Side side) => side == Side.Local ? sides.Mount : sides.Origin;

    private static Side Other(Side side) => side == Side.Local ? Side.Origin : Side.Local;

    private static SyncStatus Done(Side changed) => changed == Side.Local ? SyncStatus.Pushed : SyncStatus.Pulled;

    private static (string Mount, string Origin) Look(TwoSides sides) => (DiskTree.Describe(sides.Mount, times: true), DiskTree.Describe(sides.Origin, times: true));
}
