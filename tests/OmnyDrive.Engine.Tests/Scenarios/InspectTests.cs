using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Looking at a mount without changing anything.</summary>
public sealed class InspectTests
{
    [Fact]
    public async Task A_report_tells_what_each_side_changed_and_changes_nothing()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        File.WriteAllText(sides.InMount("mine.txt"), "mine");
        File.WriteAllText(sides.AtOrigin("a.txt"), "theirs");
        File.Delete(sides.AtOrigin("run.sh"));
        var before = (DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(sides.Mount, times: true));

        var report = await sides.Beta.InspectAsync(sides.Id, TestContext.Current.CancellationToken);

        Assert.Equal(["a.txt", "mine.txt"], Paths(report.Local));
        Assert.Equal(["a.txt", "run.sh"], Paths(report.Origin!));
        Assert.Equal("a.txt", Assert.Single(report.Conflicts).Conflict.Path.ToString());
        Assert.Null(report.WhyUnknown);
        Assert.Empty((await sides.Beta.ListConflictsAsync(sides.Id)));
        Assert.Equal(before, (DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(sides.Mount, times: true)));

        static List<string> Paths(IReadOnlyList<Change> changes) => [.. changes.Select(change => change.Path.ToString())];
    }

    [Fact]
    public async Task An_origin_that_is_away_is_told_with_what_is_known_without_it()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        sides.Steps.OnStep = _ => throw new Errors.DriveException(Errors.ErrorCode.OriginUnreachable, "It is away.");

        var report = await sides.Beta.InspectAsync(sides.Id, TestContext.Current.CancellationToken);

        Assert.Equal(("a.txt", "It is away.", null), (Assert.Single(report.Local).Path.ToString(), report.WhyUnknown, report.Origin));
        Assert.Equal("@@ -1 +1 @@\n-first\n\\ No newline at end of file\n+mine\n\\ No newline at end of file\n", Assert.Single(await DiffAsync(sides)).Text);
    }

    [Fact]
    public async Task A_difference_is_told_as_diff_does_and_what_is_no_text_by_its_size()
    {
        await using var sides = await TwoSides.StartAsync(root =>
        {
            File.WriteAllText(Path.Combine(root, "text"), string.Concat(Enumerable.Range(1, 30).Select(i => $"line {i}\n")));
            File.WriteAllBytes(Path.Combine(root, "binary"), [0, 1, 2]);
            File.WriteAllText(Path.Combine(root, "mode"), "x");
        });
        File.WriteAllText(sides.InMount("text"), string.Concat(Enumerable.Range(1, 30).Where(i => i != 20).Select(i => i == 3 ? "LINE 3\n" : $"line {i}\n")) + "new\n");
        File.WriteAllBytes(sides.InMount("binary"), [0, 1, 2, 3]);
        File.SetUnixFileMode(sides.InMount("mode"), (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(sides.InMount("link"), "text");
        File.WriteAllBytes(sides.AtOrigin("large"), new byte[2 << 20]);

        var local = (await DiffAsync(sides)).ToDictionary(diff => diff.Change.Path.ToString());

        Assert.Equal(["binary", "link", "mode", "text"], local.Keys);
        Assert.Equal((null, "it is no text: 3 bytes, then 4 bytes"), (local["binary"].Text, local["binary"].Reason));
        Assert.Equal((null, "it became executable"), (local["mode"].Text, local["mode"].Reason));
        File.WriteAllText(sides.Scratch.At("before"), File.ReadAllText(sides.AtOrigin("text")));
        Assert.Equal(Unified(sides.Scratch.At("before"), sides.InMount("text")), local["text"].Text);
        var theirs = await DiffAsync(sides, DiffOf.Theirs, "text");
        Assert.Equal(Unified(sides.InMount("text"), sides.Scratch.At("before")), Assert.Single(theirs).Text);
        Assert.Equal("it is larger than 1 MiB: no file, then 2097152 bytes", Assert.Single(await DiffAsync(sides, DiffOf.Origin)).Reason);
        Assert.False(Directory.Exists(sides.InMount(".omnydrive/staging")) && Directory.EnumerateFileSystemEntries(sides.InMount(".omnydrive/staging")).Any());
    }

    private static async Task<List<PathDiff>> DiffAsync(TwoSides sides, DiffOf which = DiffOf.Local, string below = "")
    {
        var diffs = new List<PathDiff>();
        await foreach (var diff in sides.Beta.DiffAsync(sides.Id, which, below.Length == 0 ? DrivePath.Root : DrivePath.Parse(below)))
            diffs.Add(diff);
        return diffs;
    }

    // What the diff of the system makes of them, without its heading.
    private static string Unified(string before, string after)
    {
        using var diff = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("diff", ["-u", before, after]) { RedirectStandardOutput = true })!;
        var text = diff.StandardOutput.ReadToEnd();
        diff.WaitForExit();
        return string.Concat(text.Split('\n').Skip(2).SkipLast(1).Select(line => line + "\n"));
    }
}
