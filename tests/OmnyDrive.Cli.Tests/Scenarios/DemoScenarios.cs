using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests.Scenarios;

public sealed class DemoScenarios : IDisposable
{
    private readonly TestPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task The_demo_settles_the_refused_conflict_and_cleans_up()
    {
        var demo = (await _place.RunAsync("demo", "--json")).Expect(0).Json;

        var steps = demo.GetProperty("steps").EnumerateArray().Select(step => (Command: step.GetProperty("command").GetString()!, Exit: step.GetProperty("exitCode").GetInt32())).ToList();
        Assert.Contains(("omnydrive --state beta sync beta-notes", 6), steps);
        Assert.Equal(("omnydrive --state beta status beta-notes", 0), steps[^1]);
        Assert.All(steps.Where(step => !step.Command.EndsWith("sync beta-notes", StringComparison.Ordinal)), step => Assert.Equal(0, step.Exit));
        Assert.False(Directory.Exists(demo.GetProperty("directory").GetString()));
    }

    [Fact]
    public async Task The_demo_works_on_a_copy_and_leaves_the_original_alone()
    {
        _place.Write("mine/a.txt", "a\n");
        File.CreateSymbolicLink(_place["mine/link"], "a.txt");

        var demo = (await _place.RunAsync("demo", "mine", "--keep", "--json")).Expect(0).Json;
        var kept = demo.GetProperty("directory").GetString()!;

        Assert.True(demo.GetProperty("kept").GetBoolean());
        Assert.Equal("a\n", await File.ReadAllTextAsync(Path.Combine(kept, "beta-notes", "a.txt")));
        Assert.Equal("a.txt", new FileInfo(Path.Combine(kept, "beta-notes", "link")).LinkTarget);
        Assert.Equal(["a.txt", "link"], Directory.EnumerateFileSystemEntries(_place["mine"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Directory.Delete(kept, recursive: true);
    }

    [Fact]
    public async Task For_a_person_the_demo_shows_each_command_and_why()
    {
        var demo = (await _place.RunAsync("demo")).Expect(0);

        Assert.Contains("$ omnydrive --state alpha publish notes\n", demo.Out, StringComparison.Ordinal);
        Assert.Contains("Nothing was touched", demo.Out, StringComparison.Ordinal);
        Assert.Empty(demo.Error);
    }
}
