using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Testing;
using Xunit;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>Git drives that keep contents with Git LFS.</summary>
[Collection(typeof(ChangedEnvironment))]
public sealed class GitLargeFileTests
{
    private static readonly PublishOptions Open = new() { ProtectedBranches = [] };

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task Contents_come_with_a_clone_and_a_pull_and_go_with_a_push(Way way)
    {
        await using var sides = await GitSides.StartAsync(way, prepare: Sample, publish: Open);
        Assert.Equal(Large(1), Read(sides.Mount));
        Assert.Equal("", Run(sides.Mount, "status", "--porcelain"));
        Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);

        Commit(sides.Origin, ("large.bin", Large(2)));
        var pulled = await sides.SyncAsync();
        Assert.Equal((SyncStatus.Pulled, Large(2)), (pulled.Status, Read(sides.Mount)));
        Assert.Empty(pulled.Problems);

        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "large.bin"), Large(3), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "other.bin"), Large(4), TestContext.Current.CancellationToken);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.StartsWith("version https://git-lfs", Run(sides.Origin, "show", "main:large.bin"), StringComparison.Ordinal);
        var other = sides.Scratch.At("other");
        await sides.CloneAsync(sides.Endpoint("gamma"), other);
        Assert.Equal((Large(3), Large(4)), (Read(other), Read(other, "other.bin")));
        // What is checked out at the publisher goes along with its contents, for git-lfs is set up there.
        Assert.Equal(Large(3), Read(sides.Origin));
    }

    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task Without_git_lfs_the_pointers_come_and_that_is_told_until_a_sync_has_brought_the_contents(Way way)
    {
        await using var sides = await GitSides.StartAsync(way, prepare: Sample, publish: Open, cloned: false);
        using (new StandInProgram(sides.Scratch.Directory("programs"), "git-lfs", "#!/bin/sh\nexit 1\n"))
        {
            var cloned = await sides.Beta.CloneDriveAsync(GitSides.Drive, sides.Mount);
            var problem = Assert.Single(cloned.Problems);
            Assert.Equal("large.bin", problem.Path);
            Assert.Contains("git-lfs", problem.Reason, StringComparison.Ordinal);
            Assert.StartsWith("version https://git-lfs", Read(sides.Mount), StringComparison.Ordinal);
            Assert.Single((await sides.Beta.SyncMountAsync(cloned.Mount.Id)).Problems);
        }
        var mount = sides.Beta.FindMount(sides.Mount).Id;
        var synced = await sides.Beta.SyncMountAsync(mount);
        Assert.Equal((SyncStatus.Clean, Large(1)), (synced.Status, Read(sides.Mount)));
        Assert.Empty(synced.Problems);
    }

    [Fact]
    public async Task Where_the_origin_lacks_a_content_the_pointer_stays_and_that_is_told()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, prepare: Sample, publish: Open, cloned: false);
        Directory.Delete(Path.Combine(sides.Origin, ".git/lfs/objects"), recursive: true);
        var cloned = await sides.Beta.CloneDriveAsync(GitSides.Drive, sides.Mount);
        Assert.Contains("could be brought", Assert.Single(cloned.Problems).Reason, StringComparison.Ordinal);
        Assert.StartsWith("version https://git-lfs", Read(sides.Mount), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_repository_says_its_contents_are_nobody_goes()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, cloned: false, publish: Open, prepare: work =>
        {
            Sample(work);
            Commit(work, (".lfsconfig", "[lfs]\n\turl = http://127.0.0.1:1/hostile\n\tpushurl = http://127.0.0.1:1/hostile\n[remote \"origin\"]\n\tlfsurl = http://127.0.0.1:1/hostile\n"));
        });
        await sides.CloneAsync();
        Assert.Equal(Large(1), Read(sides.Mount));
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "large.bin"), Large(2), TestContext.Current.CancellationToken);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(Large(2), Read(sides.Origin));
    }

    [Fact]
    public async Task The_server_keeps_only_what_is_as_its_id_says_and_gives_and_takes_with_a_ticket_alone()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, prepare: Sample, publish: Open);
        using var http = new HttpClient();
        var (content, objects) = (Encoding.UTF8.GetBytes("new"), $"{sides.Repository}/info/lfs/objects");
        var id = Convert.ToHexStringLower(SHA256.HashData(content));
        Assert.Equal(HttpStatusCode.Unauthorized, (await PutAsync(id, content, 3)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsync($"{objects}/batch", Batch("download", id, 3), TestContext.Current.CancellationToken)).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await sides.TicketAsync(DriveActions.Read));
        Assert.Equal(HttpStatusCode.Forbidden, (await PutAsync(id, content, 3)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.PostAsync($"{objects}/batch", Batch("upload", id, 3), TestContext.Current.CancellationToken)).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await sides.TicketAsync(DriveActions.Read | DriveActions.Write));
        foreach (var (name, bytes, size) in new[] { (new string('0', 64), content, 3L), (id, content, 2L), (id, content, 4L), ("../../../../config", content, 3L), (id.ToUpperInvariant(), content, 3L), (id[..63], content, 3L) })
            Assert.False((await PutAsync(name, bytes, size)).IsSuccessStatusCode, $"{name} {size}");
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(sides.Origin, ".git/lfs/tmp")));
        // What a killed server left goes, and what may still be coming stays.
        foreach (var (name, age) in new[] { ("omnydrive-old", 25), ("omnydrive-new", 1), ("others", 25) })
        {
            await File.WriteAllTextAsync(Path.Combine(sides.Origin, ".git/lfs/tmp", name), "x", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(Path.Combine(sides.Origin, ".git/lfs/tmp", name), DateTime.UtcNow.AddHours(-age));
        }
        Assert.Contains("\"code\":404", await (await http.PostAsync($"{objects}/batch", Batch("download", id, 3), TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.False((await http.GetAsync($"{objects}/{id}/3", TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        Assert.True((await PutAsync(id, content, 3)).IsSuccessStatusCode);
        Assert.Equal(["omnydrive-new", "others"], Directory.EnumerateFiles(Path.Combine(sides.Origin, ".git/lfs/tmp")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(content, await http.GetByteArrayAsync($"{objects}/{id}/3", TestContext.Current.CancellationToken));
        foreach (var body in new[] { "{}", "[]", "null", "{\"operation\":\"delete\",\"objects\":[]}", "{\"operation\":\"download\",\"objects\":[{\"oid\":\"../x\",\"size\":1}]}" })
            Assert.False((await http.PostAsync($"{objects}/batch", new StringContent(body), TestContext.Current.CancellationToken)).IsSuccessStatusCode, body);

        Task<HttpResponseMessage> PutAsync(string name, byte[] bytes, long size) => http.PutAsync($"{objects}/{name}/{size}", new ByteArrayContent(bytes), TestContext.Current.CancellationToken);
    }

    // As where its user has set git-lfs up for all repositories, which counts in their own git alone.
    [Theory]
    [InlineData(Way.Near)]
    [InlineData(Way.Http)]
    public async Task Contents_that_a_git_lfs_took_in_which_only_its_user_set_up_go_with_a_push(Way way)
    {
        await using var sides = await GitSides.StartAsync(way, publish: Open);
        CommitByUser(sides, ".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
        CommitByUser(sides, "large.bin", Large(1));
        Assert.StartsWith("version https://git-lfs", Run(sides.Mount, "show", "HEAD:large.bin"), StringComparison.Ordinal);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Single(ObjectsOf(sides.Origin));
        var other = sides.Scratch.At("other");
        await sides.CloneAsync(sides.Endpoint("gamma"), other);
        Assert.Equal(Large(1), Read(other));
        // From now on git-lfs is set up in the mount, so that a sync takes the next by itself.
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "large.bin"), Large(2), TestContext.Current.CancellationToken);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(2, ObjectsOf(sides.Origin).Length);
    }

    [Fact]
    public async Task Contents_whose_attributes_are_in_no_commit_go_with_a_push()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, publish: Open);
        Directory.CreateDirectory(Path.Combine(sides.Mount, ".git/info"));
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, ".git/info/attributes"), "*.bin filter=lfs\n", TestContext.Current.CancellationToken);
        CommitByUser(sides, "large.bin", Large(1));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Single(ObjectsOf(sides.Origin));
    }

    [Fact]
    public async Task Without_git_lfs_only_pointers_whose_contents_the_origin_was_told_of_are_pushed()
    {
        await using var sides = await GitSides.StartAsync(Way.Http, publish: Open, cloned: false, prepare: work =>
        {
            Sample(work);
            Commit(work, ("large.bin", Large(2)));
        });
        var content = Large(3);
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        using (new StandInProgram(sides.Scratch.Directory("programs"), "git-lfs", "#!/bin/sh\nexit 1\n"))
        {
            await sides.CloneAsync();
            Commit(sides.Mount, ("a", "no file of Git LFS\n"));
            Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
            // What it had, under another name and as it was before.
            Run(sides.Mount, "mv", "large.bin", "moved.bin");
            Commit(sides.Mount);
            Run(sides.Mount, "restore", "--source=HEAD~2^", "--staged", "--worktree", "large.bin");
            Commit(sides.Mount);
            Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

            var before = sides.AtOrigin("main");
            Commit(sides.Mount, ("new.bin", $"version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize {content.Length}\n"));
            Commit(sides.Mount, ("a", "more\n"));
            var refused = await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync());
            Assert.Equal((ErrorCode.NotSupported, before), (refused.Code, sides.AtOrigin("main")));
            Assert.Contains("\"new.bin\"", refused.Message, StringComparison.Ordinal);
            Assert.Contains("Install git-lfs", refused.Hint, StringComparison.Ordinal);
        }
        // Installed it looks itself, and what nobody has is not pointed at either.
        Assert.Equal(ErrorCode.Failed, (await Assert.ThrowsAsync<DriveException>(() => sides.SyncAsync())).Code);
        var place = Path.Combine(sides.Mount, $".git/lfs/objects/{id[..2]}/{id[2..4]}");
        Directory.CreateDirectory(place);
        await File.WriteAllTextAsync(Path.Combine(place, id), content, TestContext.Current.CancellationToken);
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal((content, content), (Read(sides.Mount, "new.bin"), await File.ReadAllTextAsync(Path.Combine(sides.Origin, $".git/lfs/objects/{id[..2]}/{id[2..4]}/{id}"), TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_look_at_what_changed_keeps_none_of_its_contents()
    {
        await using var sides = await GitSides.StartAsync(Way.Near, prepare: Sample, publish: Open);
        var before = ObjectsOf(sides.Mount);
        await File.WriteAllTextAsync(Path.Combine(sides.Mount, "other.bin"), Large(2), TestContext.Current.CancellationToken);
        Assert.Equal("other.bin", Assert.Single((await sides.Beta.InspectAsync(sides.Id)).Local).Path.ToString());
        Assert.Single((await sides.Beta.PlanSyncAsync(sides.Id)).ToOrigin);
        Assert.Equal(before, ObjectsOf(sides.Mount));
        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        Assert.Equal(2, ObjectsOf(sides.Origin).Length);
    }

    [Theory]
    [InlineData("ne")]
    [InlineData("new and more")]
    [InlineData("old")]
    [InlineData("new")]
    public async Task What_arrives_whole_takes_the_place_of_what_is_damaged_there(string there)
    {
        await using var sides = await GitSides.StartAsync(Way.Http, prepare: Sample, publish: Open, cloned: false);
        var content = Encoding.UTF8.GetBytes("new");
        var id = Convert.ToHexStringLower(SHA256.HashData(content));
        var place = Path.Combine(sides.Origin, $".git/lfs/objects/{id[..2]}/{id[2..4]}");
        Directory.CreateDirectory(place);
        await File.WriteAllTextAsync(Path.Combine(place, id), there, TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(Path.Combine(place, id), DateTime.UnixEpoch);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await sides.TicketAsync(DriveActions.Read | DriveActions.Write));
        Assert.True((await http.PutAsync($"{sides.Repository}/info/lfs/objects/{id}/3", new ByteArrayContent(content), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(place, id), TestContext.Current.CancellationToken));
        // What is as it should be stays.
        Assert.Equal(there == "new", File.GetLastWriteTimeUtc(Path.Combine(place, id)) == DateTime.UnixEpoch);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(sides.Origin, ".git/lfs/tmp")));
    }

    private static StringContent Batch(string operation, string id, long size) => new($$"""{"operation":"{{operation}}","transfers":["basic"],"objects":[{"oid":"{{id}}","size":{{size}}}],"hash_algo":"sha256"}""");

    private static void Sample(string work)
    {
        GitSides.Sample(work);
        Run(work, "lfs", "install", "--local");
        Commit(work, (".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n"), ("large.bin", Large(1)));
    }

    // Git looks again at what was written within a tick of its clock, without the filter that its user has.
    private static void CommitByUser(GitSides sides, string path, string content)
    {
        File.WriteAllText(Path.Combine(sides.Mount, path), content);
        File.SetLastWriteTimeUtc(Path.Combine(sides.Mount, path), DateTime.UtcNow.AddHours(-1));
        Run(sides.Mount, "-c", "filter.lfs.process=git-lfs filter-process", "-c", "filter.lfs.required=true", "add", "--all");
        Run(sides.Mount, "commit", "--quiet", "--message", $"{path} changed");
    }

    private static string[] ObjectsOf(string work) => Directory.Exists(Path.Combine(work, ".git/lfs/objects")) ? Directory.GetFiles(Path.Combine(work, ".git/lfs/objects"), "*", SearchOption.AllDirectories) : [];

    private static string Large(int seed) => string.Concat(Enumerable.Repeat($"content {seed}\n", 20_000));

    private static string Read(string directory, string path = "large.bin") => File.ReadAllText(Path.Combine(directory, path));
}
