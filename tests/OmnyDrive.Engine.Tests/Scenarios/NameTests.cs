using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Names of a drive that the file system of a mount cannot hold, or takes for one.</summary>
public sealed class NameTests
{
    private static readonly TargetTraits Folding = new() { IsCaseInsensitive = true, IsNormalizationInsensitive = true };

    [Fact]
    public async Task A_pull_of_a_name_that_is_another_but_for_case_is_refused_and_nothing_is_changed()
    {
        await using var sides = await TwoSides.StartAsync();
        sides.Target = Folding;
        File.WriteAllText(sides.AtOrigin("dir/B.TXT"), "another");
        File.WriteAllText(sides.AtOrigin("new"), "new");
        var before = Looks(sides);

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal(ConflictKind.NameRefused, refused.Conflict.Kind);
        Assert.Equal("dir/B.TXT", Assert.Single(refused.Conflict.Paths).Path.ToString());
        Assert.Equal("new", Assert.Single(refused.Conflict.OriginChanges).Path.ToString());
        Assert.Contains("\"dir/B.TXT\" differs from \"dir/b.txt\" only by case", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Looks(sides));

        File.Move(sides.AtOrigin("dir/B.TXT"), sides.AtOrigin("dir/other.txt"));
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Fact]
    public async Task A_dry_run_shows_the_refusal_and_changes_nothing()
    {
        await using var sides = await TwoSides.StartAsync();
        sides.Target = Folding;
        File.WriteAllText(sides.AtOrigin("A.txt"), "another");
        var before = Looks(sides);

        var plan = await sides.Beta.PlanSyncAsync(sides.Id);

        Assert.Equal(ConflictKind.NameRefused, plan.Conflict?.Kind);
        Assert.Empty(plan.ToLocal);
        Assert.Equal(before, Looks(sides));
    }

    [Fact]
    public async Task A_pull_of_two_new_names_that_are_one_is_refused()
    {
        await using var sides = await TwoSides.StartAsync();
        sides.Target = Folding;
        File.WriteAllText(sides.AtOrigin("caf\u00e9"), "composed");
        File.WriteAllText(sides.AtOrigin("cafe\u0301"), "decomposed");

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Equal("caf\u00e9", Assert.Single(refused.Conflict.Paths).Path.ToString());
        Assert.Contains("how its characters are composed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_of_a_name_that_Windows_reserves_is_refused_on_Windows()
    {
        await using var sides = await TwoSides.StartAsync();
        sides.Target = new TargetTraits { HasWindowsNames = true };
        File.WriteAllText(sides.AtOrigin("dir/aux.c"), "int x;");

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(sides.SyncAsync);

        Assert.Contains("\"dir/aux.c\" is a device on Windows", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(sides.InMount("dir/aux.c")));
    }

    [Fact]
    public async Task A_rename_that_changes_only_the_case_is_pulled()
    {
        await using var sides = await TwoSides.StartAsync();
        sides.Target = Folding;
        File.Move(sides.AtOrigin("a.txt"), sides.AtOrigin("A.txt"));
        Directory.Move(sides.AtOrigin("dir"), sides.AtOrigin("Dir"));

        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Fact]
    public async Task What_a_mount_has_already_is_pushed_whatever_its_name()
    {
        await using var sides = await TwoSides.StartAsync();
        sides.Target = Folding;
        File.WriteAllText(sides.InMount("A.TXT"), "another");

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Fact]
    public async Task A_clone_with_names_that_are_one_is_refused_before_anything_is_brought_over_and_can_be_continued()
    {
        await using var sides = await TwoSides.StartAsync();
        sides.Target = Folding;
        foreach (var name in new[] { "A.TXT", "LINK", "Empty", "RUN.SH", "Dir" })
            File.WriteAllText(sides.AtOrigin(name), "another");
        var destination = sides.Scratch.At("second");
        var staged = 0;
        sides.Steps.Once(OriginStep.BeforeFetch, () => staged++);

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.Beta.CloneDriveAsync(TwoSides.Drive, destination));

        Assert.Equal((ConflictKind.NameRefused, 5), (refused.Conflict.Kind, refused.Conflict.Paths.Count));
        Assert.Contains("5 names", refused.Message, StringComparison.Ordinal);
        Assert.Contains("and 2 more", refused.Message, StringComparison.Ordinal);
        Assert.Equal((0, ""), (staged, DiskTree.Describe(destination)));

        foreach (var name in new[] { "A.TXT", "LINK", "Empty", "RUN.SH", "Dir" })
            File.Delete(sides.AtOrigin(name));
        await sides.Beta.CloneDriveAsync(TwoSides.Drive, destination);
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(destination, times: true));
    }

    [Fact]
    public async Task Where_the_file_system_keeps_names_apart_all_of_them_flow()
    {
        await using var sides = await TwoSides.StartAsync();
        foreach (var name in new[] { "A.txt", "aux.c", "con", "dot.", "caf\u00e9", "cafe\u0301", "what?" })
            File.WriteAllText(sides.AtOrigin(name), name);
        Directory.CreateDirectory(sides.AtOrigin("DIR"));

        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        sides.AssertSame();
        await sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Scratch.At("second"));
        Assert.Equal(DiskTree.Describe(sides.Origin), DiskTree.Describe(sides.Scratch.At("second")));
    }

    [Fact]
    public async Task A_file_system_is_not_asked_where_no_name_is_made()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "edited");
        File.Delete(sides.AtOrigin("run.sh"));
        var asked = false;
        await using var again = sides.Endpoint("beta", _ =>
        {
            asked = true;
            return default;
        });

        await again.SyncMountAsync(sides.Id);
        Assert.False(asked);
        File.WriteAllText(sides.AtOrigin("new"), "new");
        await again.SyncMountAsync(sides.Id);
        Assert.True(asked);
    }

    private static (string, string) Looks(TwoSides sides) => (DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(sides.Mount, times: true));
}
