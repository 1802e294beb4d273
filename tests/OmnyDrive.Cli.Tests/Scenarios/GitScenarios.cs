using OmnyDrive.Cli.Tests.Harness;
using OmnyDrive.Testing;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>Git drives from the command line.</summary>
public sealed class GitScenarios
{
    [Fact]
    public async Task A_repository_is_published_cloned_and_kept_in_step()
    {
        await using var network = await StartAsync();

        var published = (await network.AlphaAsync("publish", "repo", "--git")).Expect(0).Json;
        Assert.Equal(("git", "read-write"), (published.GetProperty("provider").GetString(), published.GetProperty("accessMode").GetString()));
        var cloned = (await network.BetaAsync("clone", "alpha/repo", "mount")).Expect(0).Json;
        Assert.Equal((2, published.GetProperty("ref").GetString()), (cloned.GetProperty("files").GetInt32(), cloned.GetProperty("ref").GetString()));
        Assert.Equal("clean", (await network.BetaAsync("sync", "mount")).Expect(0).Json.GetProperty("status").GetString());

        network.Place.Write("mount/a", "mine\n");
        Assert.Equal("push-to-new-branch", (await network.BetaAsync("status", "mount")).Expect(0).Json.GetProperty("git").GetProperty("action").GetString());
        Assert.Equal("planned", (await network.BetaAsync("sync", "mount", "--dry-run")).Expect(0).Json.GetProperty("status").GetString());
        Assert.Equal("uncommitted", (await network.BetaAsync("sync", "mount", "--no-commit")).Expect(6).Json.GetProperty("git").GetProperty("reason").GetString());
        var pushed = (await network.BetaAsync("sync", "mount")).Expect(0).Json;
        Assert.Equal(("pushed", true), (pushed.GetProperty("status").GetString(), pushed.GetProperty("git").GetProperty("committed").GetBoolean()));
        Assert.StartsWith("omnydrive/beta/main-", pushed.GetProperty("git").GetProperty("pushedTo").GetString(), StringComparison.Ordinal);
        Assert.Equal("[{\"path\":\"a\",\"side\":\"origin\",\"kind\":\"modify\"}]", pushed.GetProperty("changes").GetRawText());

        GitTool.Commit(network.Place["repo"], ("a", "theirs\n"));
        var refused = (await network.BetaAsync("sync", "mount")).Expect(6).Json;
        Assert.Equal(("conflict", "diverged", 1, 1), (refused.GetProperty("error").GetProperty("code").GetString(), refused.GetProperty("git").GetProperty("reason").GetString(), refused.GetProperty("git").GetProperty("ahead").GetInt32(), refused.GetProperty("git").GetProperty("behind").GetInt32()));
        Assert.Equal("a", refused.GetProperty("conflicts")[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task What_a_person_reads_says_where_the_work_went_and_what_settles_a_conflict()
    {
        await using var network = await StartAsync();
        (await network.AlphaAsync("publish", "repo", "--git")).Expect(0);
        (await network.BetaAsync("clone", "alpha/repo", "mount")).Expect(0);
        network.Place.Write("mount/a", "mine\n");
        var pushed = await network.Place.RunAsync("--state", "beta", "sync", "mount");
        Assert.Contains("because main is protected", pushed.Out, StringComparison.Ordinal);
        Assert.Contains("1 commit of the mount waits on the origin's branch omnydrive/beta/main-", (await network.Place.RunAsync("--state", "beta", "sync", "mount")).Out, StringComparison.Ordinal);
        Assert.Contains("0 commits behind; that work waits on the origin's branch omnydrive/beta/main-", (await network.Place.RunAsync("--state", "beta", "status", "mount")).Out, StringComparison.Ordinal);
        GitTool.Commit(network.Place["repo"], ("a", "theirs\n"));
        var refused = await network.Place.RunAsync("--state", "beta", "sync", "mount");
        Assert.Equal(6, refused.ExitCode);
        Assert.Contains("the mount has 1 commit, the origin 1 commit", refused.Error, StringComparison.Ordinal);
        Assert.Contains("git merge origin/main", refused.Error, StringComparison.Ordinal);
        Assert.Contains("on branch main: 1 commit ahead of the origin, 1 commit behind", (await network.Place.RunAsync("--state", "beta", "status", "mount")).Out, StringComparison.Ordinal);
        Assert.Contains("-one\n+mine", (await network.Place.RunAsync("--state", "beta", "diff", "mount")).Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_and_what_both_sides_changed_are_shown_as_of_other_drives()
    {
        await using var network = await StartAsync();
        (await network.AlphaAsync("publish", "repo", "--git")).Expect(0);
        (await network.BetaAsync("clone", "alpha/repo", "mount")).Expect(0);
        var generation = (await network.BetaAsync("history", "mount")).Expect(0).Json[0];
        Assert.Equal((1, "commit", "Somebody", "a dir/b changed", 2), (generation.GetProperty("generation").GetInt32(), generation.GetProperty("kind").GetString(), generation.GetProperty("author").GetString(), generation.GetProperty("subject").GetString(), generation.GetProperty("changes").GetInt32()));
        Assert.Contains("a dir/b changed", (await network.Place.RunAsync("--state", "alpha", "history", "repo")).Expect(0).Out, StringComparison.Ordinal);
        network.Place.Write("mount/a", "mine\n");
        GitTool.Commit(network.Place["repo"], ("a", "theirs\n"));
        (await network.BetaAsync("sync", "mount")).Expect(6);
        Assert.Equal("a", (await network.BetaAsync("conflicts", "mount")).Expect(0).Json[0].GetProperty("path").GetString());
        var shown = await network.Place.RunAsync("--state", "beta", "conflicts", "mount");
        Assert.Contains("git merge origin/", shown.Expect(0).Error, StringComparison.Ordinal);
        Assert.Equal("theirs\n", (await network.BetaAsync("conflicts", "show", "a", "--mount", "mount", "--theirs")).Expect(0).Json.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData(3, "path_not_found", "publish", "nowhere", "--git")]
    [InlineData(2, "invalid", "publish", "plain", "--git")]
    [InlineData(1, "not_supported", "publish", "repo", "--git", "--exclude", "*.o")]
    [InlineData(1, "not_supported", "publish", "repo", "--git", "--gitignore")]
    [InlineData(2, "invalid", "publish", "ext::sh -c true", "--git")]
    [InlineData(2, "invalid", "publish", "https://me:secret@example.org/repo", "--git")]
    [InlineData(2, "invalid", "publish", "https://example.org/repo")]
    [InlineData(1, "origin_unreachable", "publish", "http://127.0.0.1:1/repo", "--git")]
    public async Task What_cannot_be_published_as_a_repository_is_refused(int exitCode, string code, params string[] arguments)
    {
        await using var network = await StartAsync();
        network.Place.Write("plain/a", "a\n");
        Assert.Equal(code, (await network.AlphaAsync(arguments)).Expect(exitCode).ErrorCode);
    }

    [Fact]
    public async Task What_git_does_itself_is_refused_with_the_command_of_git()
    {
        await using var network = await StartAsync();
        (await network.AlphaAsync("publish", "repo", "--git")).Expect(0);
        (await network.BetaAsync("clone", "alpha/repo", "mount")).Expect(0);
        foreach (var arguments in new[] { new[] { "undo", "mount" }, ["restore", "mount", "1"], ["resolve", "mount", "a", "--ours"] })
        {
            var refused = (await network.BetaAsync(arguments)).Expect(1);
            Assert.Equal("not_supported", refused.ErrorCode);
            Assert.Contains("git ", refused.Json.GetProperty("error").GetProperty("hint").GetString(), StringComparison.Ordinal);
        }
    }

    private static async Task<Network> StartAsync()
    {
        var network = await Network.StartAsync();
        Directory.CreateDirectory(network.Place["repo"]);
        GitTool.Run(network.Place["repo"], "init", "--quiet", "--initial-branch=main", ".");
        GitTool.Commit(network.Place["repo"], ("a", "one\n"), ("dir/b", "two\n"));
        return network;
    }
}
