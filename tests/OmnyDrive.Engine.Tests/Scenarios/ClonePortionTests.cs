using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>A drive that is too large to be planned with at once is cloned portion by portion.</summary>
public sealed class ClonePortionTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 10)]
    [InlineData(4, 40)]
    [InlineData(5, 1_000)]
    public async Task A_clone_is_the_same_in_whatever_portions_it_comes(int seed, int portion)
    {
        await using var sides = await TwoSides.StartAsync(root => Scatter(root, seed));
        await using var gamma = sides.Endpoint("gamma", clonePortion: portion);
        var (heads, trees, contents) = (0, 0, 0);
        sides.Steps.OnStep = step => Task.FromResult(step == OriginStep.BeforeHead ? ++heads > 0 : step == OriginStep.BeforeTrees && ++trees > 0);
        sides.Steps.OnContent = content =>
        {
            Interlocked.Increment(ref contents);
            return content;
        };

        var cloned = await gamma.CloneDriveAsync(TwoSides.Drive, sides.Mount + "2");

        // The root, and what is in it; and so in each portion. Asked where it stands, the origin looks at all its files: that is done once.
        Assert.Equal((1, portion == 1_000), (heads, trees == 2));
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(cloned.Mount.Path, times: true));
        Assert.Empty(cloned.Problems);
        Assert.Equal(DifferentContents(sides.Origin), contents);
        Assert.Equal(MountStatus.Ready, cloned.Mount.Status);
        Assert.Equal(GenerationKind.First, Assert.Single(await gamma.ReadHistoryAsync(cloned.Mount.Id)).Kind);
        Assert.Equal(SyncStatus.Clean, (await gamma.SyncMountAsync(cloned.Mount.Id)).Status);
        Assert.Equal(sides.Beta.FindMount(sides.Mount).Ref, gamma.FindMount(cloned.Mount.Path).Ref);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(cloned.Mount.Path, ".omnydrive/staging")));
        // And what is edited afterwards goes on from the whole.
        File.WriteAllText(Path.Combine(cloned.Mount.Path, "mine.txt"), "mine");
        Assert.Equal("mine.txt", Assert.Single((await gamma.SyncMountAsync(cloned.Mount.Id)).Changes).Change.Path.ToString());
    }

    [Theory]
    [InlineData(OriginStep.BeforeTrees)]
    [InlineData(OriginStep.BeforeFetch)]
    [InlineData(OriginStep.AfterFirstContent)]
    public async Task Broken_off_in_any_portion_it_is_continued_and_nothing_comes_twice(OriginStep breaksAt)
    {
        await using var sides = await TwoSides.StartAsync(root => Scatter(root, 6));
        await using var gamma = sides.Endpoint("gamma", clonePortion: 25);
        var (seen, breaks) = (0, 0);
        sides.Steps.OnStep = step => step == breaksAt && ++seen % 3 == 0 && ++breaks < 4 ? throw new DriveException(ErrorCode.OriginUnreachable, "The connection is lost.") : Task.CompletedTask;
        var place = sides.Mount + "2";
        while (breaks < 4)
        {
            try
            {
                await gamma.CloneDriveAsync(TwoSides.Drive, place);
                break;
            }
            catch (DriveException e) when (e.Code is ErrorCode.OriginUnreachable or ErrorCode.Incomplete)
            {
                Assert.Equal(MountStatus.Cloning, gamma.FindMount(place).Status);
            }
        }
        Assert.True(breaks >= 2, $"{breaks} breaks in {seen} steps");
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(place, times: true));
        Assert.Equal(SyncStatus.Clean, (await gamma.SyncMountAsync(gamma.FindMount(place).Id)).Status);
    }

    [Theory]
    [InlineData(OriginStep.BeforeTrees)]
    [InlineData(OriginStep.BeforeFetch)]
    public async Task An_origin_that_moves_between_two_portions_is_cloned_as_it_is_in_the_end(OriginStep before)
    {
        await using var sides = await TwoSides.StartAsync(root => Scatter(root, 7));
        await using var gamma = sides.Endpoint("gamma", clonePortion: 20);
        var (heads, fetches) = (0, 0);
        sides.Steps.OnStep = step =>
        {
            heads += step == OriginStep.BeforeHead ? 1 : 0;
            if (step == before && ++fetches == 7)
                Rearrange(sides.Origin, sides.Mount + "2");
            return Task.CompletedTask;
        };

        var cloned = await gamma.CloneDriveAsync(TwoSides.Drive, sides.Mount + "2");

        Assert.Equal(2, heads);
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(cloned.Mount.Path, times: true));
        Assert.Equal(SyncStatus.Clean, (await gamma.SyncMountAsync(cloned.Mount.Id)).Status);
    }

    [Fact]
    public async Task What_somebody_wrote_into_it_meanwhile_stays_and_ends_it_all_the_same()
    {
        await using var sides = await TwoSides.StartAsync(root => Scatter(root, 8));
        await using var gamma = sides.Endpoint("gamma", clonePortion: 15);
        var (trees, place) = (0, sides.Mount + "2");
        var mine = new HashSet<string>();
        sides.Steps.OnStep = step =>
        {
            if (step != OriginStep.BeforeTrees || ++trees != 6)
                return Task.CompletedTask;
            // Whatever is to come finds something else in its place.
            foreach (var file in Directory.GetFiles(sides.Origin, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(sides.Origin, file)))
            {
                var here = Path.Combine(place, file);
                if (file.StartsWith(".omnydrive", StringComparison.Ordinal) || File.Exists(here))
                    continue;
                Directory.CreateDirectory(Path.GetDirectoryName(here)!);
                File.WriteAllText(here, "mine");
                mine.Add(file);
            }
            return Task.CompletedTask;
        };

        var cloned = await gamma.CloneDriveAsync(TwoSides.Drive, place);

        Assert.True(mine.Count > 30, $"{mine.Count} left to come");
        Assert.All(mine, file => Assert.Equal("mine", File.ReadAllText(Path.Combine(place, file))));
        Assert.Equal(mine.Order(StringComparer.Ordinal), cloned.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(() => gamma.SyncMountAsync(cloned.Mount.Id));
        Assert.Equal(mine.Count, refused.Conflict.Paths.Count);
    }

    [Fact]
    public async Task What_the_origin_cannot_read_is_told_and_no_portion_takes_it_for_deleted()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            Scatter(root, 9);
            OddFiles.Fifo(Path.Combine(root, "fifo"));
            OddFiles.Fifo(Path.Combine(Directory.CreateDirectory(Path.Combine(root, "zz")).FullName, "fifo"));
        });
        await using var gamma = sides.Endpoint("gamma", clonePortion: 12);

        var cloned = await gamma.CloneDriveAsync(TwoSides.Drive, sides.Mount + "2");

        Assert.Equal(["fifo", "zz/fifo"], cloned.Problems.Select(problem => problem.Path));
        Assert.Equal(DiskTree.Describe(sides.Mount, times: true), DiskTree.Describe(cloned.Mount.Path, times: true));
        Assert.Equal(SyncStatus.Clean, (await gamma.SyncMountAsync(cloned.Mount.Id)).Status);
    }

    [Fact]
    public async Task Where_a_name_cannot_be_held_nothing_is_brought_over_however_late_it_would_have_come()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            Scatter(root, 10);
            var last = Directory.CreateDirectory(Path.Combine(root, "zz/zz")).FullName;
            File.WriteAllText(Path.Combine(last, "name"), "one");
            File.WriteAllText(Path.Combine(last, "NAME"), "two");
        });
        await using var gamma = sides.Endpoint("gamma", _ => new TargetTraits { IsCaseInsensitive = true }, clonePortion: 10);
        var place = sides.Mount + "2";

        var refused = await Assert.ThrowsAsync<ConflictDetectedException>(() => gamma.CloneDriveAsync(TwoSides.Drive, place));

        Assert.Equal(ConflictKind.NameRefused, refused.Conflict.Kind);
        Assert.Equal("", DiskTree.Describe(place));
    }

    [Fact]
    public async Task A_file_of_the_year_1970_comes_like_others()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            Scatter(root, 12);
            File.WriteAllText(Path.Combine(root, "epoch"), "old");
            File.SetLastWriteTimeUtc(Path.Combine(root, "epoch"), DateTime.UnixEpoch);
        });
        await using var gamma = sides.Endpoint("gamma", clonePortion: 10);

        var cloned = await gamma.CloneDriveAsync(TwoSides.Drive, sides.Mount + "2");

        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(cloned.Mount.Path, times: true));
    }

    [Fact]
    public async Task What_the_origin_deletes_while_a_portion_is_on_its_way_does_not_come_back()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            foreach (var file in Enumerable.Range(0, 60))
                File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(root, $"d{file / 30}")).FullName, $"f{file}"), $"{file}");
        });
        await using var gamma = sides.Endpoint("gamma", clonePortion: 25);
        var trees = 0;
        // What is edited in place cannot be had any more, so the portion is not complete, and the origin is asked again, which has not the other file any more either.
        var editing = new Lazy<bool>(() =>
        {
            File.WriteAllText(sides.AtOrigin("d1/f41"), "edited in place");
            return true;
        });
        sides.Steps.OnStep = step =>
        {
            trees += step == OriginStep.BeforeTrees ? 1 : 0;
            if (step == OriginStep.BeforeFetch && trees >= 4)
                _ = editing.Value;
            if (step == OriginStep.BeforeHead && editing.IsValueCreated)
                File.Delete(sides.AtOrigin("d1/f40"));
            return Task.CompletedTask;
        };

        var cloned = await gamma.CloneDriveAsync(TwoSides.Drive, sides.Mount + "2");

        Assert.True(editing.IsValueCreated);
        Assert.Empty(cloned.Problems);
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(cloned.Mount.Path, times: true));
        Assert.Equal(SyncStatus.Clean, (await gamma.SyncMountAsync(cloned.Mount.Id)).Status);
        Assert.False(File.Exists(sides.AtOrigin("d1/f40")));
    }

    [Fact]
    public async Task A_file_that_cannot_be_had_keeps_no_other_away()
    {
        await using var sides = await TwoSides.StartAsync(root => Scatter(root, 13));
        await using var gamma = sides.Endpoint("gamma", clonePortion: 20);
        var (place, log, edits) = (sides.Mount + "2", Files(sides.Origin).First(), 0);
        sides.Steps.OnStep = step =>
        {
            // As a log that is written to all the time; the contents of a portion come by several streams at once.
            if (step == OriginStep.BeforeFetch)
            {
                lock (sides)
                    File.WriteAllText(sides.AtOrigin(log), $"line {++edits}");
            }
            return Task.CompletedTask;
        };

        var failed = await Assert.ThrowsAsync<DriveException>(() => gamma.CloneDriveAsync(TwoSides.Drive, place));

        Assert.Equal(ErrorCode.Incomplete, failed.Code);
        Assert.Contains(log, failed.Message, StringComparison.Ordinal);
        Assert.Equal(Files(sides.Origin).Where(file => file != log), Files(place));
        sides.Steps.OnStep = null;
        await gamma.CloneDriveAsync(TwoSides.Drive, place);
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(place, times: true));
        Assert.Equal(SyncStatus.Clean, (await gamma.SyncMountAsync(gamma.FindMount(place).Id)).Status);
    }

    [Fact]
    public async Task The_progress_is_that_of_one_transfer()
    {
        await using var sides = await TwoSides.StartAsync(root => Scatter(root, 11));
        await using var gamma = sides.Endpoint("gamma", clonePortion: 20);
        var reports = new List<TransferProgress>();

        await gamma.CloneDriveAsync(TwoSides.Drive, sides.Mount + "2", new CloneOptions { Progress = new Told(reports) });

        // Those of one portion come from several streams at once.
        Assert.Equal(reports.Select(report => report.TotalFiles).Order(), reports.Select(report => report.TotalFiles));
        Assert.All(reports.Zip(reports.Skip(1)).Where(two => two.First.TotalFiles < two.Second.TotalFiles), two => Assert.True(two.First.Bytes <= two.Second.Bytes));
        Assert.True(reports.Select(report => report.TotalFiles).Distinct().Count() > 3);
        Assert.Equal(reports[^1].TotalBytes, reports.Max(report => report.Bytes));
        Assert.InRange(reports[^1].TotalFiles, DifferentContents(sides.Origin), Files(sides.Origin).Count());
    }

    // Some hundred files and directories; some contents are the same.
    private static void Scatter(string root, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 120; i++)
        {
            var directory = root;
            for (var depth = random.Next(4); depth > 0; depth--)
                directory = Path.Combine(directory, $"d{random.Next(4)}");
            Directory.CreateDirectory(directory);
            File.WriteAllText(Path.Combine(directory, $"f{i}"), $"content {random.Next(100)}");
            if (i % 20 == 0)
                File.CreateSymbolicLink(Path.Combine(directory, $"l{i}"), $"f{i}");
        }
        Directory.CreateDirectory(Path.Combine(root, "empty/empty"));
    }

    // Of what has come already and of what has not: edited, deleted, moved, turned into something else.
    private static void Rearrange(string origin, string mount)
    {
        var come = Files(mount).Where(file => File.Exists(Path.Combine(origin, file))).ToList();
        var toCome = Files(origin).Except(come).ToList();
        Assert.True(come.Count > 20 && toCome.Count > 20, $"{come.Count} and {toCome.Count}");
        foreach (var files in new[] { come, toCome })
        {
            File.WriteAllText(Path.Combine(origin, files[0]), "edited");
            File.Delete(Path.Combine(origin, files[1]));
            File.Move(Path.Combine(origin, files[2]), Path.Combine(origin, $"moved-{Path.GetFileName(files[2])}"));
            File.Delete(Path.Combine(origin, files[3]));
            Directory.CreateDirectory(Path.Combine(origin, files[3], "inside"));
            File.WriteAllText(Path.Combine(origin, files[3], "inside/new"), "new");
        }
        foreach (var directory in new[] { Path.GetDirectoryName(come[^1])!, Path.GetDirectoryName(toCome[^1])! }.Where(directory => directory.Length > 0 && Directory.Exists(Path.Combine(origin, directory))).Distinct())
        {
            Directory.Delete(Path.Combine(origin, directory), recursive: true);
            File.WriteAllText(Path.Combine(origin, directory), "a file now");
        }
    }

    private static IEnumerable<string> Files(string root) => Directory.GetFiles(root, "f*", SearchOption.AllDirectories)
        .Where(file => new FileInfo(file).LinkTarget is null).Select(file => Path.GetRelativePath(root, file)).Where(file => !file.StartsWith(".omnydrive", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static int DifferentContents(string root) => Files(root).Select(file => File.ReadAllText(Path.Combine(root, file))).Distinct().Count();

    private sealed class Told(List<TransferProgress> reports) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            lock (reports)
                reports.Add(value);
        }
    }
}
