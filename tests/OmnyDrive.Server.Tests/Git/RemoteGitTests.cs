using System.Diagnostics;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Engine.Credentials;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Reconciling;
using Xunit;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>Drives that lie at a server which knows nothing of OmnyDrive.</summary>
public sealed class RemoteGitTests
{
    [Fact]
    public async Task A_repository_at_a_server_is_published_cloned_and_kept_in_step()
    {
        await using var sides = await RemoteSides.StartAsync();
        var published = await sides.Alpha.PublishGitAsync(sides.Url, new PublishOptions { ProtectedBranches = ["stable"] });
        Assert.Equal((RemoteSides.Drive, sides.Url, $"git:{sides.AtOrigin("main")}"), (published.Drive.Id, published.Path, published.Drive.Ref.ToString()));
        var listed = Assert.Single(await sides.Beta.ListDrivesAsync());
        Assert.Equal((sides.Url, true), (listed.Drive.Remote!.Url, listed.Online));

        var mount = (await sides.Beta.CloneDriveAsync(RemoteSides.Drive, sides.Mount)).Mount.Id;
        Assert.Equal("one\n", await File.ReadAllTextAsync(Path.Combine(sides.Mount, "a"), TestContext.Current.CancellationToken));
        Assert.Equal(SyncStatus.Clean, (await sides.Beta.SyncMountAsync(mount)).Status);
        // Git itself may go there, too.
        Assert.Equal(sides.Url, Run(sides.Mount, "config", "remote.origin.url"));
        Run(sides.Mount, "fetch", "--quiet");

        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "mine\n", TestContext.Current.CancellationToken);
        var pushed = await sides.Beta.SyncMountAsync(mount);
        Assert.Equal((SyncStatus.Pushed, "main"), (pushed.Status, pushed.Branches!.PushedTo));
        Assert.Equal(pushed.Ref.ToString(), $"git:{sides.AtOrigin("main")}");

        Run(sides.Mount, "switch", "--quiet", "--create", "stable");
        Run(sides.Mount, "push", "--quiet", sides.Origin, "stable");
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "more\n", TestContext.Current.CancellationToken);
        Assert.StartsWith("omnydrive/beta/stable-", (await sides.Beta.SyncMountAsync(mount)).Branches!.PushedTo, StringComparison.Ordinal);

        Run(sides.Mount, "switch", "--quiet", "main");
        var other = sides.Scratch.At("other");
        Run(sides.Scratch.Path, "clone", "--quiet", sides.Origin, other);
        var theirs = Commit(other, ("b", "theirs\n"));
        Run(other, "push", "--quiet");
        Assert.Equal((SyncStatus.Pulled, $"git:{theirs}"), (await sides.Beta.SyncMountAsync(mount)) is var pulled ? (pulled.Status, pulled.Ref.ToString()) : default);

        Commit(other, ("a", "theirs\n"));
        Run(other, "push", "--quiet");
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "mine again\n", TestContext.Current.CancellationToken);
        var conflict = (await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.Beta.SyncMountAsync(mount))).Conflict;
        Assert.Equal((ConflictKind.ContentDivergence, 0, 1, true), (conflict.Kind, conflict.Branches!.Ahead, conflict.Branches.Behind, conflict.Branches.IsDirty));
    }

    [Fact]
    public async Task Each_peer_shows_its_own_credential_to_that_server_alone_and_nowhere_else()
    {
        await using var sides = await RemoteSides.StartAsync();
        const string Secret = "s3cret-of-beta";
        sides.Server.Wanted = ("x-access-token", Secret);
        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishGitAsync(sides.Url));
        Assert.Equal(ErrorCode.Unauthorized, refused.Code);
        Assert.Contains($"credential add {sides.Server.Server} --pat", refused.Hint, StringComparison.Ordinal);
        Assert.Empty(await sides.Alpha.ListDrivesAsync());
        sides.Keep("alpha", sides.Token("another"));
        Assert.Contains("rejected", (await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishGitAsync(sides.Url))).Hint, StringComparison.Ordinal);
        sides.Keep("alpha", sides.Token(Secret));
        var published = await sides.Alpha.PublishGitAsync(sides.Url, new PublishOptions { ProtectedBranches = [] });
        Assert.DoesNotContain(Secret, $"{published} {Assert.Single(await sides.Beta.ListDrivesAsync())}", StringComparison.Ordinal);

        // Beta has none yet, and one for another port of the same machine is for that alone.
        sides.Keep("beta", new HostCredential("127.0.0.1:1", CredentialKind.Token) { Secret = "for-another" });
        Assert.Equal(ErrorCode.Unauthorized, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(RemoteSides.Drive, sides.Mount))).Code);
        Assert.False(Directory.Exists(sides.Mount));
        sides.Keep("beta", sides.Token(Secret));
        var seen = "";
        sides.Server.Seen = () => seen += CommandLines();
        var mount = (await sides.Beta.CloneDriveAsync(RemoteSides.Drive, sides.Mount)).Mount.Id;
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "mine\n", TestContext.Current.CancellationToken);
        Assert.Equal(SyncStatus.Pushed, (await sides.Beta.SyncMountAsync(mount)).Status);
        Assert.Contains("remote-http", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, seen, StringComparison.Ordinal);
        Assert.DoesNotContain(sides.Server.Shown, header => header.Contains(Convert.ToBase64String("x-access-token:for-another"u8), StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(sides.Mount, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(Secret, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_name_and_a_password_do_as_well_as_a_token()
    {
        await using var sides = await RemoteSides.StartAsync();
        sides.Server.Wanted = ("me", """p w"d'%\$(x)""");
        sides.Keep("alpha", new HostCredential(sides.Server.Server, CredentialKind.Password) { Username = "me", Secret = sides.Server.Wanted.Value.Password });
        Assert.Equal(RemoteSides.Drive, (await sides.Alpha.PublishGitAsync(sides.Url)).Drive.Id);
    }

    [Fact]
    public async Task A_server_that_sends_elsewhere_is_not_followed_and_one_without_the_repository_says_so()
    {
        await using var sides = await RemoteSides.StartAsync();
        await using var other = await PlainGitServer.StartAsync(Path.Combine(sides.Scratch.Path, "served"));
        sides.Keep("alpha", sides.Token("s3cret"));
        sides.Server.Elsewhere = other.Url;
        Assert.Equal(ErrorCode.OriginUnreachable, (await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishGitAsync(sides.Url))).Code);
        Assert.Empty(other.Shown);
        sides.Server.Elsewhere = null;
        var missing = await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishGitAsync($"{sides.Server.Url}/group/none.git"));
        Assert.Equal(ErrorCode.OriginUnreachable, missing.Code);
        Assert.Contains("Is the URL right?", missing.Hint, StringComparison.Ordinal);
        await sides.Alpha.PublishGitAsync(sides.Url);
        await sides.Server.DisposeAsync();
        var away = await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(RemoteSides.Drive, sides.Mount));
        Assert.Equal(ErrorCode.OriginUnreachable, away.Code);
        Assert.Contains("be reached", away.Hint, StringComparison.Ordinal);
        Assert.False(Directory.Exists(sides.Mount));
    }

    [Fact]
    public async Task A_mount_does_not_follow_where_its_drive_is_said_to_lie_elsewhere()
    {
        await using var sides = await RemoteSides.StartAsync();
        await sides.Alpha.PublishGitAsync(sides.Url, new PublishOptions { ProtectedBranches = [] });
        var mount = (await sides.Beta.CloneDriveAsync(RemoteSides.Drive, sides.Mount)).Mount.Id;
        var taken = Path.Combine(sides.Scratch.Path, "served/taken.git");
        Run(sides.Scratch.Path, "clone", "--quiet", "--bare", sides.Origin, taken);
        await sides.Alpha.UnpublishAsync(RemoteSides.Drive);
        await sides.Alpha.PublishGitAsync($"{sides.Server.Url}/taken.git", new PublishOptions { Name = "repo", ProtectedBranches = [] });
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "mine\n", TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.Beta.SyncMountAsync(mount));
        Assert.Equal(ErrorCode.RootMissing, refused.Code);
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.PlanSyncAsync(mount))).Code);
        // Nor is it looked at to compare.
        Commit(sides.Scratch.At("work"), ("a", "hostile\n"));
        Run(sides.Scratch.At("work"), "push", "--quiet", taken, "main");
        var seen = GitSides.CommitOf(sides.Mount, "refs/remotes/origin/main");
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.InspectAsync(mount))).Code);
        await Assert.ThrowsAsync<DriveException>(async () =>
        {
            await foreach (var _ in sides.Beta.DiffAsync(mount, DiffOf.Origin))
            {
            }
        });
        Assert.Equal(seen, GitSides.CommitOf(sides.Mount, "refs/remotes/origin/main"));
        Run(sides.Scratch.At("work"), "push", "--quiet", "--force", taken, "HEAD~1:main");
        Assert.Equal(sides.AtOrigin("main"), GitSides.CommitOf(taken, "main"));
        // One that does not remember its place is of a time when drives were served by their endpoints.
        Run(sides.Mount, "config", "--unset", "remote.origin.omnydrive");
        Assert.Equal(ErrorCode.RootMissing, (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.SyncMountAsync(mount))).Code);
        Assert.Equal("", Run(sides.Mount, "log", "--oneline", "origin/main..main"));
        // Its owner says that it is meant so.
        Run(sides.Mount, "config", "remote.origin.omnydrive", $"{sides.Server.Url}/taken.git");
        Assert.Equal(SyncStatus.Pushed, (await sides.Beta.SyncMountAsync(mount)).Status);
        Assert.NotEqual(sides.AtOrigin("main"), GitSides.CommitOf(taken, "main"));
    }

    [Fact]
    public async Task The_command_that_accepts_another_place_is_one_for_a_shell_whatever_its_URL_and_the_directory_are()
    {
        await using var sides = await RemoteSides.StartAsync();
        await sides.Alpha.PublishGitAsync(sides.Url);
        var path = sides.Scratch.At("it's $(touch ran) mine");
        var mount = (await sides.Beta.CloneDriveAsync(RemoteSides.Drive, path)).Mount.Id;
        const string Elsewhere = "x;touch$IFS$9ran;$(touch$IFS$9ran)&&y.git";
        Run(sides.Scratch.Path, "clone", "--quiet", "--bare", sides.Origin, Path.Combine(sides.Scratch.Path, "served", Elsewhere));
        await sides.Alpha.UnpublishAsync(RemoteSides.Drive);
        await sides.Alpha.PublishGitAsync($"{sides.Server.Url}/{Elsewhere}", new PublishOptions { Name = "repo" });
        var hint = (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.SyncMountAsync(mount))).Hint!;
        var command = hint[hint.IndexOf("git -C", StringComparison.Ordinal)..hint.IndexOf("; then run", StringComparison.Ordinal)];
        var place = sides.Scratch.Directory("shell");
        using (var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = place })!)
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"{sides.Server.Url}/{Elsewhere}", Run(path, "config", "remote.origin.omnydrive"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(place));
        Assert.Equal(SyncStatus.Clean, (await sides.Beta.SyncMountAsync(mount)).Status);
    }

    [Fact]
    public async Task What_only_may_be_read_is_brought_shallow_and_takes_no_push()
    {
        await using var sides = await RemoteSides.StartAsync();
        Commit(sides.Scratch.At("work"), ("a", "two\n"));
        Run(sides.Scratch.At("work"), "push", "--quiet", sides.Origin, "main");
        await sides.Alpha.PublishGitAsync(sides.Url, new PublishOptions { ReadOnly = true });
        var cloned = await sides.Beta.CloneDriveAsync(RemoteSides.Drive, sides.Mount);
        Assert.Equal(("1", AccessMode.ReadOnly), (Run(sides.Mount, "rev-list", "--count", "HEAD"), cloned.Mount.AccessMode));
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "mine\n", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ConflictDetectedException>(() => sides.Beta.SyncMountAsync(cloned.Mount.Id));
        Run(sides.Mount, "restore", "a");
        Commit(sides.Scratch.At("work"), ("a", "three\n"));
        Run(sides.Scratch.At("work"), "push", "--quiet", sides.Origin, "main");
        Assert.Equal(SyncStatus.Pulled, (await sides.Beta.SyncMountAsync(cloned.Mount.Id)).Status);
    }

    [Fact]
    public async Task A_shallow_clone_brings_no_tags_but_those_of_what_it_has()
    {
        await using var sides = await RemoteSides.StartAsync();
        var work = sides.Scratch.At("work");
        Commit(work, ("a", "between\n"));
        Run(work, "tag", "old");
        Commit(work, ("a", "two\n"));
        Run(work, "push", "--quiet", "--tags", sides.Origin, "main");
        await sides.Alpha.PublishGitAsync(sides.Url, new PublishOptions { ReadOnly = true });
        var mount = (await sides.Beta.CloneDriveAsync(RemoteSides.Drive, sides.Mount)).Mount.Id;
        Assert.Equal("", Run(sides.Mount, "tag"));
        Commit(work, ("a", "three\n"));
        Run(work, "tag", "new");
        Run(work, "push", "--quiet", "--tags", sides.Origin, "main");
        Assert.Equal(SyncStatus.Pulled, (await sides.Beta.SyncMountAsync(mount)).Status);
        Assert.Equal("new", Run(sides.Mount, "tag"));
    }

    [Fact]
    public async Task Ids_of_SHA_256_are_refused()
    {
        await using var sides = await RemoteSides.StartAsync();
        var other = sides.Scratch.Directory("other");
        Run(other, "init", "--quiet", "--object-format=sha256", ".");
        Commit(other, ("a", "x\n"));
        Run(other, "clone", "--quiet", "--bare", other, Path.Combine(sides.Scratch.Path, "served/sha256.git"));
        Assert.Equal(ErrorCode.NotSupported, (await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishGitAsync($"{sides.Server.Url}/sha256.git"))).Code);
    }

    [Fact]
    public async Task Of_two_pushers_one_lands_and_the_other_is_told()
    {
        await using var sides = await RemoteSides.StartAsync();
        await sides.Alpha.PublishGitAsync(sides.Url, new PublishOptions { ProtectedBranches = [] });
        var one = (await sides.Beta.CloneDriveAsync(RemoteSides.Drive, sides.Mount)).Mount.Id;
        var gamma = sides.Endpoint("gamma");
        var two = (await gamma.CloneDriveAsync(RemoteSides.Drive, sides.Scratch.At("other"))).Mount.Id;
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "beta\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(sides.Scratch.At("other/a"), "gamma\n", TestContext.Current.CancellationToken);
        var ends = await Task.WhenAll(EndAsync(sides.Beta, one), EndAsync(gamma, two));
        Assert.Equal(["conflict", "pushed"], ends.Order());
    }

    [Fact]
    public async Task An_empty_repository_at_a_server_takes_its_first_branch()
    {
        await using var sides = await RemoteSides.StartAsync();
        Run(sides.Scratch.Path, "init", "--quiet", "--bare", Path.Combine(sides.Scratch.Path, "served/empty.git"));
        await sides.Alpha.PublishGitAsync($"{sides.Server.Url}/empty.git", new PublishOptions { Name = "repo" });
        var mount = (await sides.Beta.CloneDriveAsync(RemoteSides.Drive, sides.Mount)).Mount.Id;
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "a"), "first\n", TestContext.Current.CancellationToken);
        Assert.Equal("main", (await sides.Beta.SyncMountAsync(mount)).Branches!.PushedTo);
    }

    [Fact]
    public async Task It_is_not_served_by_its_publisher_whose_credential_is_nobody_elses()
    {
        await using var sides = await RemoteSides.StartAsync();
        await sides.Alpha.PublishGitAsync(sides.Url);
        Assert.Equal(ErrorCode.NotSupported, Assert.Throws<DriveException>(() => sides.Alpha.OpenOrigin(RemoteSides.Drive)).Code);
        // Nor is it looked at each time that the endpoint says where its drives stand.
        var asked = 0;
        sides.Server.Seen = () => Interlocked.Increment(ref asked);
        await sides.Alpha.ReportAsync(serving: true);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task A_file_URL_is_a_path_on_this_machine()
    {
        await using var sides = await RemoteSides.StartAsync();
        var published = await sides.Alpha.PublishGitAsync($"file://{sides.Origin}");
        Assert.Equal((sides.Origin, null), (published.Path, published.Drive.Remote));
    }

    [Theory]
    [InlineData("ext::sh -c touch% ran")]
    [InlineData("--upload-pack=touch ran")]
    [InlineData("-oProxyCommand=touch ran@host:repo")]
    [InlineData("ssh://-oProxyCommand=touch/repo")]
    [InlineData("git@-oProxyCommand=x:repo")]
    [InlineData("https://user:secret@example.org/repo")]
    [InlineData("https://example.org/re\r\npo")]
    [InlineData("https://example.org/re%0d%0apo")]
    [InlineData("git://example.org/repo")]
    [InlineData("http://169.254.169.254/latest/repo")]
    [InlineData("https://metadata.google.internal/repo")]
    [InlineData("ssh://[fe80::1]/repo")]
    [InlineData("git@[169.254.169.254:22]:repo")]
    [InlineData("http://0xA9FEA9FE/repo")]
    [InlineData("http://0x64.0x64.0x64.0xc8/repo")]
    [InlineData("http://[::ffff:100.100.100.200]/repo")]
    [InlineData("http://[fd00:0ec2::254]/repo")]
    public async Task Hostile_URLs_are_refused_by_the_engine_and_by_the_hub(string url)
    {
        await using var sides = await RemoteSides.StartAsync();
        var refused = await Assert.ThrowsAsync<DriveException>(() => sides.Alpha.PublishGitAsync(url));
        Assert.Contains(refused.Code, new[] { ErrorCode.Invalid, ErrorCode.PathNotFound });
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        var mallory = EndpointId.Parse("mallory");
        var token = (await sides.Hub.LoginAsync(mallory, (await sides.Hub.EnrolAsync(mallory, "Mallory")).Secret, "http://localhost:1")).Token;
        var registration = new DriveRegistration("repo", ProviderNames.Git, AccessMode.ReadWrite, Capabilities.Read, null) { Remote = new DriveRemote(url, null) };
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Hub.RegisterAsync(token, registration))).Code);
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => sides.Hub.RegisterAsync(token, registration with { Provider = ProviderNames.Directory, Remote = new DriveRemote("https://example.org/repo", null) }))).Code);
    }

    private static async Task<string> EndAsync(LocalDriveEndpoint endpoint, MountId mount)
    {
        try
        {
            return (await endpoint.SyncMountAsync(mount)).Status == SyncStatus.Pushed ? "pushed" : "other";
        }
        catch (ConflictDetectedException)
        {
            return "conflict";
        }
    }

    // Of everything that runs here.
    private static string CommandLines()
    {
        var lines = "";
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
        {
            try
            {
                lines += File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ') + '\n';
            }
            catch (IOException)
            {
                // It has ended.
            }
        }
        return lines;
    }
}
