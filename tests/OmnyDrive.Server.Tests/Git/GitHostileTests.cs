using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using Xunit;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>Repositories, peers and environments that mean harm: nothing of theirs is run, and what they must not do is refused.</summary>
[Collection(typeof(ChangedEnvironment))]
public sealed class GitHostileTests
{
    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task No_hook_no_monitor_and_no_inherited_setting_is_run(Way way)
    {
        await using var sides = await GitSides.StartAsync(way);
        var ran = sides.Scratch.At("ran");
        foreach (var repository in new[] { sides.Origin, sides.Mount })
        {
            Directory.CreateDirectory(Path.Combine(repository, ".git/hooks"));
            foreach (var hook in new[] { "pre-receive", "update", "post-receive", "post-update", "push-to-checkout", "proc-receive", "reference-transaction", "pre-commit", "commit-msg", "prepare-commit-msg", "post-commit", "post-checkout", "post-merge", "pre-push", "pre-auto-gc", "post-index-change" })
                MakeProgram(Path.Combine(repository, ".git/hooks", hook), $"touch '{ran}'");
            MakeProgram(sides.Scratch.At("program"), $"touch '{ran}'");
            foreach (var key in new[] { "core.fsmonitor", "core.alternateRefsCommand", "core.askPass", "core.editor", "core.pager", "gpg.program", "diff.external", "sequence.editor", "uploadpack.packObjectsHook", "receive.procReceiveRefs" })
                Run(repository, "config", key, sides.Scratch.At("program"));
            Run(repository, "config", "commit.gpgSign", "true");
        }
        var inherited = new Dictionary<string, string> { ["GIT_CONFIG_COUNT"] = "1", ["GIT_CONFIG_KEY_0"] = "core.fsmonitor", ["GIT_CONFIG_VALUE_0"] = sides.Scratch.At("program"), ["GIT_EXTERNAL_DIFF"] = sides.Scratch.At("program"), ["GIT_ASKPASS"] = sides.Scratch.At("program"), ["GIT_DIR"] = "/nowhere" };
        foreach (var (name, value) in inherited)
            Environment.SetEnvironmentVariable(name, value);
        try
        {
            File.WriteAllText(Path.Combine(sides.Mount, "a"), "mine\n");
            Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
            await foreach (var _ in sides.Beta.DiffAsync(sides.Id))
            {
            }
            await sides.Beta.InspectAsync(sides.Id);
            await sides.CloneAsync(sides.Endpoint("gamma"), sides.Scratch.At("other"));
        }
        finally
        {
            foreach (var name in inherited.Keys)
                Environment.SetEnvironmentVariable(name, null);
        }
        Assert.False(File.Exists(ran));
    }

    [Fact]
    public async Task Names_that_look_like_options_are_names()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, cloned: false, prepare: work =>
        {
            GitSides.Sample(work);
            Commit(work, ("--upload-pack=touch ran", "x\n"), ("-rf", "y\n"));
            Run(work, "update-ref", "refs/heads/--exec=x", "HEAD");
            Run(work, "symbolic-ref", "HEAD", "refs/heads/--exec=x");
        });
        await sides.CloneAsync();
        File.WriteAllText(Path.Combine(sides.Mount, "-rf"), "mine\n");
        var result = await sides.SyncAsync();
        Assert.Equal((SyncStatus.Pushed, "--exec=x", "-rf"), (result.Status, result.Branches!.PushedTo, Assert.Single(result.Changes).Change.Path.ToString()));
        Assert.Equal("mine", Run(sides.Origin, "show", "refs/heads/--exec=x:-rf"));
    }

    [Fact]
    public async Task Names_in_a_repository_are_no_commands_for_the_shell_by_which_git_takes_a_push()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, publish: new PublishOptions { ProtectedBranches = ["it's"] }, prepare: work =>
        {
            GitSides.Sample(work);
            Run(work, "symbolic-ref", "refs/heads/x';touch${IFS}ran;'", "refs/heads/main");
            Run(work, "branch", "it's");
        });
        Commit(sides.Mount, ("a", "mine\n"));

        Assert.Equal("main", (await sides.SyncAsync()).Branches!.PushedTo);

        Assert.Equal((GitSides.CommitOf(sides.Mount, "HEAD"), false, false), (sides.AtOrigin("main"), File.Exists(Path.Combine(sides.Mount, "ran")), File.Exists(Path.Combine(sides.Origin, "ran"))));
    }

    [Theory]
    [InlineData("update = !touch ran", "url = ./x")]
    [InlineData("fetchRecurseSubmodules = true", "url = --upload-pack=touch")]
    public async Task A_repository_whose_submodules_would_run_something_is_refused(string first, string second)
    {
        await using var sides = await GitSides.StartAsync(Way.Near, cloned: false, prepare: work =>
        {
            GitSides.Sample(work);
            Commit(work, (".gitmodules", $"[submodule \"x\"]\n\tpath = x\n\t{first}\n\t{second}\n"));
        }, sound: false);
        Assert.Equal(ErrorCode.Failed, (await Assert.ThrowsAsync<DriveException>(() => sides.CloneAsync())).Code);
        Assert.False(File.Exists(Path.Combine(sides.Mount, "a")));
    }

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task What_is_malformed_comes_in_nowhere_whatever_a_repository_s_own_configuration_says_of_checking(Way way)
    {
        await using var sides = await GitSides.StartAsync(way, publish: new PublishOptions { ProtectedBranches = [] }, sound: false);
        foreach (var repository in new[] { sides.Origin, sides.Mount })
        {
            foreach (var key in new[] { "transfer.fsckObjects", "fetch.fsckObjects", "receive.fsckObjects" })
                Run(repository, "config", key, "false");
        }
        var before = (GitSides.CommitOf(sides.Mount, "HEAD"), sides.AtOrigin("main"));
        await MakeMalformedAsync(sides.Origin, sides.Scratch.At("theirs"));
        Assert.Equal(ErrorCode.Failed, (await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync())).Code);
        Run(sides.Origin, "reset", "--quiet", "--soft", before.Item2!);
        await MakeMalformedAsync(sides.Mount, sides.Scratch.At("ours"));
        Assert.Equal(ErrorCode.Failed, (await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync())).Code);
        Assert.Equal(before.Item2, sides.AtOrigin("main"));
    }

    // Its author has no address.
    private static async Task MakeMalformedAsync(string repository, string file)
    {
        await File.WriteAllTextAsync(file, $"tree {Run(repository, "rev-parse", "HEAD^{tree}")}\nparent {Run(repository, "rev-parse", "HEAD")}\nauthor Somebody 1 +0000\ncommitter Somebody <x@example.org> 1 +0000\n\n{file}\n", TestContext.Current.CancellationToken);
        Run(repository, "reset", "--quiet", "--soft", Run(repository, "hash-object", "--literally", "-t", "commit", "-w", file));
    }

    [Fact]
    public async Task A_drive_that_lost_its_mark_or_its_repository_is_not_served()
    {
        await using var sides = await GitSides.StartAsync(Way.Near);
        var marker = Path.Combine(sides.Origin, ".git/.omnydrive/marker.json");
        File.Move(marker, marker + ".away");
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync())).Code);
        File.Move(marker + ".away", marker);
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task A_git_of_anybody_gets_in_with_a_ticket_alone_and_can_only_go_forward_on_branches_that_are_not_protected()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, bare: true);
        Run(sides.Origin, "symbolic-ref", "refs/heads/alias", "refs/heads/main");
        Run(sides.Origin, "tag", "v1", "main");
        var (read, write) = (await sides.TicketAsync(DriveActions.Read), await sides.TicketAsync(DriveActions.Read | DriveActions.Write));
        var clone = sides.Scratch.Directory("plain");
        Assert.NotEqual(0, Git(sides, clone, null, "clone", "--quiet", sides.Repository, ".").ExitCode);
        Assert.Equal(0, Git(sides, clone, read, "clone", "--quiet", sides.Repository, ".").ExitCode);
        Run(clone, "switch", "--quiet", "topic");
        Commit(clone, ("a", "pushed\n"));

        Assert.NotEqual(0, Git(sides, clone, read, "push", "origin", "topic").ExitCode);
        Assert.Equal(0, Git(sides, clone, write, "push", "origin", "topic").ExitCode);
        Assert.Equal(GitSides.CommitOf(clone, "HEAD"), sides.AtOrigin("topic"));
        foreach (var refused in new[] { "topic:main", "+topic~1:topic", ":topic", "topic:refs/omnydrive/agreed/x", "topic:refs/notes/x", "topic:refs/tags/main", ":refs/tags/v1", "topic:alias" })
            Assert.NotEqual((refused, 0), (refused, Git(sides, clone, write, "push", "origin", refused).ExitCode));
        Assert.Equal((GitSides.CommitOf(clone, "HEAD"), GitSides.CommitOf(clone, "origin/main")), (sides.AtOrigin("topic"), sides.AtOrigin("main")));
    }

    [Fact]
    public async Task A_drive_that_is_published_read_only_takes_no_push()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, publish: new PublishOptions { ReadOnly = true });
        Commit(sides.Mount, ("a", "mine\n"));
        await Assert.ThrowsAsync<Reconciling.ConflictDetectedException>(() => sides.SyncAsync());
        Assert.Equal(ErrorCode.ReadOnly, (await Assert.ThrowsAsync<DriveException>(() => sides.TicketAsync(DriveActions.Write))).Code);
    }

    public static TheoryData<string, HttpStatusCode, Action<HttpRequestMessage>> Requests => new()
    {
        { "no ticket", HttpStatusCode.Unauthorized, request => request.Headers.Authorization = null },
        { "no service", HttpStatusCode.BadRequest, request => (request.Method, request.RequestUri) = (HttpMethod.Get, new Uri(request.RequestUri!, "info/refs")) },
        { "another service", HttpStatusCode.BadRequest, request => (request.Method, request.RequestUri) = (HttpMethod.Get, new Uri(request.RequestUri!, "info/refs?service=git-upload-archive")) },
        { "an option as service", HttpStatusCode.BadRequest, request => (request.Method, request.RequestUri) = (HttpMethod.Get, new Uri(request.RequestUri!, "info/refs?service=--exec")) },
        { "another kind of body", HttpStatusCode.BadRequest, request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain") },
        { "a packing that is not known", HttpStatusCode.BadRequest, request => request.Content!.Headers.ContentEncoding.Add("br") },
        { "a file of the repository", HttpStatusCode.NotFound, request => (request.Method, request.RequestUri) = (HttpMethod.Get, new Uri(request.RequestUri!, "HEAD")) },
        { "objects as files", HttpStatusCode.NotFound, request => (request.Method, request.RequestUri) = (HttpMethod.Get, new Uri(request.RequestUri!, "objects/info/packs")) },
        { "trees of a git drive", HttpStatusCode.NotImplemented, request => request.RequestUri = new Uri(request.RequestUri!, "../trees") },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_that_is_not_git_s_is_refused(string because, HttpStatusCode expected, Action<HttpRequestMessage> change)
    {
        await using var sides = await GitSides.StartAsync(Way.Http);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{sides.Repository}/git-upload-pack")) { Content = new ByteArrayContent("0000"u8.ToArray()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-upload-pack-request");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await sides.TicketAsync(DriveActions.Read));
        change(request);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((because, expected), (because, response.StatusCode));
    }

    [Fact]
    public async Task A_body_that_unpacks_without_end_is_cut()
    {
        await using var sides = await GitSides.StartAsync(Way.Http);
        using var http = new HttpClient();
        var bomb = new MemoryStream();
        using (var packer = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var line = "0032want 1111111111111111111111111111111111111111\n"u8.ToArray();
            for (var i = 0; i < 2_000_000; i++)
                packer.Write(line);
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{sides.Repository}/git-upload-pack")) { Content = new ByteArrayContent(bomb.ToArray()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-upload-pack-request");
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await sides.TicketAsync(DriveActions.Read));
        try
        {
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("PACK", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            // Cut in the middle of the answer.
        }
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
    }

    [Fact]
    public async Task What_lies_in_netrc_goes_nowhere()
    {
        await using var sides = await RemoteSides.StartAsync();
        var home = sides.Scratch.Directory("home");
        await File.WriteAllTextAsync(Path.Combine(home, ".netrc"), "machine 127.0.0.1 login me password s3cret\n", TestContext.Current.CancellationToken);
        sides.Server.Wanted = ("me", "s3cret");
        var before = Environment.GetEnvironmentVariable("HOME");
        Environment.SetEnvironmentVariable("HOME", home);
        try
        {
            Assert.Equal(ErrorCode.Unauthorized, (await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishGitAsync(sides.Url))).Code);
        }
        finally
        {
            Environment.SetEnvironmentVariable("HOME", before);
        }
        Assert.Empty(sides.Server.Shown);
    }

    private static (int ExitCode, string Output, string Errors) Git(GitSides sides, string directory, string? ticket, params string[] arguments) =>
        Try(directory, [.. ticket is null ? Array.Empty<string>() : ["-c", $"http.{sides.Repository}.extraHeader=Authorization: Bearer {ticket}"], .. arguments]);

    private static void MakeProgram(string path, string line)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{line}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }
}
