using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>A root that is gone, emptied or another's: nothing is concluded from it, and all goes on when it is back.</summary>
public sealed class RootTests
{
    /// <summary>What happens to a root; <c>root.away</c> holds the real one until it is put back.</summary>
    public static TheoryData<string> Damages => [.. DamagesByName.Keys];

    private static readonly Dictionary<string, Action<string>> DamagesByName = new()
    {
        ["it is gone"] = root => Directory.Move(root, root + ".away"),
        ["it is empty, as the place of a disk that is not mounted"] = root =>
        {
            Directory.Move(root, root + ".away");
            Directory.CreateDirectory(root);
        },
        ["another directory is there"] = root =>
        {
            Directory.Move(root, root + ".away");
            Directory.CreateDirectory(root);
            File.WriteAllText(Path.Combine(root, "foreign.txt"), "foreign");
        },
        ["another root is there"] = root =>
        {
            Directory.Move(root, root + ".away");
            Directory.CreateDirectory(Path.Combine(root, ".omnydrive"));
            File.WriteAllText(Path.Combine(root, ".omnydrive", "marker.json"),
                """{"version":1,"drive":{"id":"alpha/docs","epoch":"another"},"mount":{"id":"m-0123456789ab","drive":"alpha/docs","state":"ready"}}""");
        },
        ["its marker is gone and its files are there"] = root =>
        {
            Programs.Run("cp", "-a", root, root + ".away");
            File.Delete(Path.Combine(root, ".omnydrive", "marker.json"));
        },
        ["all of its private directory is gone and its files are there"] = root =>
        {
            Programs.Run("cp", "-a", root, root + ".away");
            Directory.Delete(Path.Combine(root, ".omnydrive"), recursive: true);
        },
        ["its marker and most of its files are gone"] = root =>
        {
            Programs.Run("cp", "-a", root, root + ".away");
            Directory.Delete(Path.Combine(root, ".omnydrive"), recursive: true);
            Directory.Delete(Path.Combine(root, "dir"), recursive: true);
        },
        ["its marker is damaged"] = root =>
        {
            Programs.Run("cp", "-a", root, root + ".away");
            File.WriteAllText(Path.Combine(root, ".omnydrive", "marker.json"), "{");
        },
        ["a file is there"] = root =>
        {
            Directory.Move(root, root + ".away");
            File.WriteAllText(root, "a file");
        },
    };

    [Theory, MemberData(nameof(Damages))]
    public async Task Nothing_is_synchronized_with_an_origin_of_which(string damage)
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        var mount = DiskTree.Describe(sides.Mount, times: true);
        DamagesByName[damage](sides.Origin);
        var damaged = Look(sides.Origin);

        for (var again = 0; again < 2; again++)
            Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Scratch.At("second")))).Code);

        Assert.Equal((mount, damaged), (DiskTree.Describe(sides.Mount, times: true), Look(sides.Origin)));
        Assert.False(Directory.Exists(sides.Scratch.At("second")));
        PutBack(sides.Origin);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Theory, MemberData(nameof(Damages))]
    public async Task Nothing_is_synchronized_with_a_mount_of_which(string damage)
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
        var origin = DiskTree.Describe(sides.Origin, times: true);
        DamagesByName[damage](sides.Mount);
        var damaged = Look(sides.Mount);

        for (var again = 0; again < 2; again++)
            Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);
        Assert.Equal(MountStatus.Missing, Assert.Single(sides.Beta.ListMounts()).Status);

        Assert.Equal((origin, damaged), (DiskTree.Describe(sides.Origin, times: true), Look(sides.Mount)));
        PutBack(sides.Mount);
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Theory]
    [InlineData(OriginStep.BeforeTrees)]
    [InlineData(OriginStep.BeforePush)]
    [InlineData(OriginStep.BeforeCommit)]
    public async Task An_origin_that_vanishes_during_a_push_takes_nothing_and_loses_nothing(OriginStep step)
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        File.WriteAllText(sides.AtOrigin("a.txt"), "mine");
        File.WriteAllText(sides.InMount("b.txt"), "mine too");
        var (mount, origin) = (DiskTree.Describe(sides.Mount), DiskTree.Describe(sides.Origin));
        sides.Steps.Once(step, () => DamagesByName["it is empty, as the place of a disk that is not mounted"](sides.Origin));

        await Assert.ThrowsAsync<DriveException>(sides.SyncAsync);

        Assert.Equal((mount, origin), (DiskTree.Describe(sides.Mount), DiskTree.Describe(sides.Origin + ".away")));
        Assert.Empty(Directory.GetFileSystemEntries(sides.Origin));
        PutBack(sides.Origin);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal("mine too", File.ReadAllText(sides.AtOrigin("b.txt")));
    }

    [Fact]
    public async Task An_origin_that_vanishes_during_a_pull_deletes_nothing_in_the_mount()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
        var mount = DiskTree.Describe(sides.Mount, times: true);
        sides.Steps.Once(OriginStep.BeforeFetch, () => DamagesByName["it is gone"](sides.Origin));

        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);

        Assert.Equal(mount, DiskTree.Describe(sides.Mount, times: true));
        PutBack(sides.Origin);
        Assert.Equal(SyncStatus.Pulled, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_not_taken_for_deleted()
    {
        await using var sides = await TwoSides.StartAsync();
        File.Move(sides.InMount("a.txt"), sides.Scratch.At("kept"));
        Programs.Run("mkfifo", sides.InMount("a.txt"));

        var result = await sides.SyncAsync();

        Assert.Equal((SyncStatus.Clean, "a.txt"), (result.Status, Assert.Single(result.Problems).Path));
        Assert.Equal("first", File.ReadAllText(sides.AtOrigin("a.txt")));
        File.Delete(sides.InMount("a.txt"));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.False(File.Exists(sides.AtOrigin("a.txt")));
    }

    [Fact]
    public async Task A_drive_whose_marker_was_removed_is_served_again_after_it_is_published_again()
    {
        await using var sides = await TwoSides.StartAsync();
        Directory.Delete(sides.AtOrigin(".omnydrive"), recursive: true);
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(sides.SyncAsync)).Code);

        await sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "docs" });

        File.WriteAllText(sides.InMount("a.txt"), "mine");
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        sides.AssertSame();
    }

    private static void PutBack(string root)
    {
        if (File.Exists(root))
            File.Delete(root);
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
        Directory.Move(root + ".away", root);
    }

    // The whole directory, the private one included: nothing may be made in a root that is not ours.
    private static string Look(string root) => !Directory.Exists(root) ? $"{File.Exists(root)}"
        : string.Join('\n', Directory.GetFileSystemEntries(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
}
