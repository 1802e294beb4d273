using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

/// <summary>Areas of one root are made and cleared by any number of pushes, pulls and processes at once.</summary>
public sealed class StagingAreaTests
{
    [Fact]
    public void Areas_that_come_and_go_at_once_take_none_from_each_other()
    {
        using var scratch = new ScratchDirectory();
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            using var root = RootDirectory.OpenAt(scratch.Path);
            using var area = StagingArea.Create(root, $"area-{i}", TimeProvider.System);
            using var file = area.Directory.CreateNew("content", FileModes.PrivateFile);
            Assert.NotNull(area.Directory.Stat("content"));
        });
        Assert.Empty(Directory.GetFileSystemEntries(scratch.At(".omnydrive", "staging")));
    }

    [Fact]
    public void What_an_earlier_transfer_left_of_a_content_needs_no_more_room()
    {
        const long left = 20L << 30;
        using var scratch = new ScratchDirectory();
        using var root = RootDirectory.OpenAt(scratch.Path);
        using var before = StagingArea.CreateEmpty(root, "free");
        // Nothing of the file is on the disk, so what is free stays what it was, about.
        var need = new ContentNeed(ContentHash.Of("large"u8), before.Directory.FileSystem().FreeBytes + (left / 2));
        Assert.Equal(FileError.NoSpace, Assert.Throws<FileOperationException>(() => before.RequireRoom([need])).Error);
        using (var part = File.Create(Path.Combine(scratch.Directory(".omnydrive", "staging", "dead"), $"{need.Hash.Value}.part")))
            part.SetLength(left);

        using var next = StagingArea.Create(root, "next", TimeProvider.System);

        next.RequireRoom([need]);
    }

    [Fact]
    public void An_area_whose_owner_is_gone_is_cleared_by_the_next_and_one_whose_owner_lives_is_not()
    {
        using var scratch = new ScratchDirectory();
        using var root = RootDirectory.OpenAt(scratch.Path);
        using var living = StagingArea.Create(root, "living", TimeProvider.System);
        File.WriteAllText(Path.Combine(scratch.Directory(".omnydrive", "staging", "dead"), "content"), "half");

        using var next = StagingArea.Create(root, "next", TimeProvider.System);

        Assert.Equal(["living", "next"], Directory.GetDirectories(scratch.At(".omnydrive", "staging")).Select(area => Path.GetFileName(area).Split('.')[0]).Order());
    }
}
