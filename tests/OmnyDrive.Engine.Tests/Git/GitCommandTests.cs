using System.Diagnostics;
using System.Text;
using OmnyDrive.Engine.Conflicts;
using OmnyDrive.Engine.Git;
using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Git;

public sealed class GitCommandTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Nothing_that_is_inherited_and_no_configuration_changes_what_it_does()
    {
        Environment.SetEnvironmentVariable("GIT_CONFIG_COUNT", "1");
        Environment.SetEnvironmentVariable("GIT_CONFIG_KEY_0", "test.inherited");
        Environment.SetEnvironmentVariable("GIT_CONFIG_VALUE_0", "1");
        Environment.SetEnvironmentVariable("GIT_DIR", "/nowhere");
        try
        {
            var run = await RunAsync("config", "--list", "--show-origin");
            Assert.Equal(0, run.ExitCode);
            // Its own settings, and nothing else.
            Assert.All(Encoding.UTF8.GetString(run.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("command line:", line, StringComparison.Ordinal));
            Assert.DoesNotContain("test.inherited", Encoding.UTF8.GetString(run.Output), StringComparison.Ordinal);
        }
        finally
        {
            foreach (var name in new[] { "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0", "GIT_DIR" })
                Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Fact]
    public async Task A_cancelled_run_is_ended_with_all_that_it_started()
    {
        using var cancelling = new CancellationTokenSource();
        var started = Stopwatch.GetTimestamp();
        var running = GitCommand.RunAsync(_scratch.Path, ["-c", $"alias.wait=!touch '{_scratch.At("begun")}'; sleep 600", "wait"], 1 << 20, cancelling.Token);
        while (!File.Exists(_scratch.At("begun")))
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task What_it_writes_is_bounded_and_what_it_says_is_told()
    {
        Assert.Equal(ErrorCode.Failed, (await Assert.ThrowsAsync<DriveException>(() => GitCommand.RunAsync(_scratch.Path, ["--help"], 10, TestContext.Current.CancellationToken))).Code);
        var wrong = await RunAsync("no-such-command");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("no-such-command", wrong.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1\n2\n3\n", "one\n2\n3\n", "1\n2\nthree\n", "one\n2\nthree\n", 0)]
    [InlineData("1\n", "ours\n", "theirs\n", "<<<<<<< beta\nours\n=======\ntheirs\n>>>>>>> alpha/docs\n", 1)]
    [InlineData("", "ours\n", "theirs\n", "<<<<<<< beta\nours\n=======\ntheirs\n>>>>>>> alpha/docs\n", 1)]
    [InlineData("a\0b", "a\0c", "a\0d", null, 0)]
    public async Task Three_texts_are_merged(string before, string ours, string theirs, string? merged, int overlaps)
    {
        foreach (var (name, text) in new[] { ("-base", before), ("ours", ours), ("theirs", theirs) })
            File.WriteAllText(_scratch.At(name), text);

        var result = await TextMerge.OfAsync(_scratch.Path, ("ours", "-base", "theirs"), ("beta", "alpha/docs"), TestContext.Current.CancellationToken);

        Assert.Equal((merged, overlaps), (result.Text is null ? null : Encoding.UTF8.GetString(result.Text), result.Overlaps));
    }

    [Theory]
    [InlineData("git version 2.39.5\n", 2, 39)]
    [InlineData("git version 2.30.1.windows.1", 2, 30)]
    [InlineData("git version 3.0 (Apple Git-1)", 3, 0)]
    [InlineData("something else", -1, -1)]
    public void Its_version_is_read(string told, int major, int minor) => Assert.Equal(major < 0 ? null : new Version(major, minor), GitCommand.VersionOf(told));

    [Fact]
    public async Task What_it_is_given_and_what_it_writes_may_be_more_than_fits_a_pipe()
    {
        await RunAsync("init", "--quiet", ".");
        var big = new byte[5 << 20];
        new Random(1).NextBytes(big);
        var id = Encoding.ASCII.GetString((await GitCommand.RunAsync(_scratch.Path, ["hash-object", "-w", "--stdin"], 1 << 20, TestContext.Current.CancellationToken, input: big)).Output).Trim();
        Assert.Equal(big, (await GitCommand.RunAsync(_scratch.Path, ["cat-file", "blob", id], 10 << 20, TestContext.Current.CancellationToken)).Output);
    }

    private Task<GitOutput> RunAsync(params string[] arguments) => GitCommand.RunAsync(_scratch.Path, arguments, 1 << 20, TestContext.Current.CancellationToken);
}
