using System.Text.Json;
using OmnyDrive.Cli.Tests.Harness;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Filtering;

namespace OmnyDrive.Cli.Tests.Scenarios;

/// <summary>Publishing, listing, cloning and forgetting, over real servers.</summary>
public sealed class DriveScenarios
{
    [Fact]
    public async Task A_published_directory_is_listed_and_can_be_cloned()
    {
        await using var network = await Network.StartAsync();
        network.Place.Write("My Notes/a.txt", "a\n");

        var published = (await network.AlphaAsync("publish", "My Notes")).Expect(0).Json;
        var drive = Assert.Single((await network.BetaAsync("drives")).Expect(0).Json.EnumerateArray());
        var clone = (await network.BetaAsync("clone", "alpha/my-notes", "mount")).Expect(0).Json;

        Assert.Equal("alpha/my-notes", Text(published, "id"));
        Assert.Equal(network.Place["My Notes"], Text(published, "path"));
        Assert.Equal(["id", "name", "provider", "accessMode", "endpoint", "ref", "online"], drive.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("alpha/my-notes", "my-notes", "directory"), (Text(drive, "id"), Text(drive, "name"), Text(drive, "provider")));
        Assert.Equal(("read-write", "alpha", true), (Text(drive, "accessMode"), Text(drive, "endpoint"), drive.GetProperty("online").GetBoolean()));
        Assert.Equal(["mountId", "driveId", "path", "accessMode", "ref", "files", "bytes", "problems"], clone.EnumerateObject().Select(member => member.Name));
        Assert.Equal((1, 2), (clone.GetProperty("files").GetInt32(), clone.GetProperty("bytes").GetInt32()));
        Assert.Equal(Text(published, "ref"), Text(clone, "ref"));
        Assert.Equal(network.Place.Content("My Notes"), network.Place.Content("mount"));
    }

    [Fact]
    public async Task A_mount_is_listed_until_it_is_forgotten_and_its_files_stay()
    {
        await using var network = await Network.WithMountAsync();

        var mount = Assert.Single((await network.BetaAsync("mounts")).Expect(0).Json.EnumerateArray());
        (await network.BetaAsync("unmount", Text(mount, "id")!)).Expect(0);
        var none = (await network.BetaAsync("mounts")).Expect(0).Json;

        Assert.Equal(["id", "driveId", "path", "accessMode", "policy", "status", "ref", "lastSyncedAt"], mount.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("alpha/notes", "ready", "strict"), (Text(mount, "driveId"), Text(mount, "status"), Text(mount, "policy")));
        Assert.Equal(0, none.GetArrayLength());
        Assert.Equal("a\n", network.Place.Read("mount/a.txt"));
    }

    [Fact]
    public async Task A_withdrawn_drive_is_gone_and_its_files_stay()
    {
        await using var network = await Network.WithMountAsync();

        (await network.AlphaAsync("unpublish", "alpha/notes")).Expect(0);

        Assert.Equal(0, (await network.BetaAsync("drives")).Expect(0).Json.GetArrayLength());
        Assert.Equal("drive_not_found", (await network.BetaAsync("clone", "alpha/notes", "again")).Expect(3).ErrorCode);
        Assert.Equal("drive_not_found", (await network.AlphaAsync("unpublish", "alpha/notes")).Expect(3).ErrorCode);
        Assert.Equal("a\n", network.Place.Read("notes/a.txt"));
        Assert.False(Directory.Exists(network.Place["again"]));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var network = await Network.StartAsync();

        Assert.Equal("drive_not_found", (await network.BetaAsync("clone", "alpha/nope", "dest")).Expect(3).ErrorCode);
        Assert.Equal("mount_not_found", (await network.BetaAsync("sync", "m-0123456789ab")).Expect(3).ErrorCode);
        Assert.Equal("mount_not_found", (await network.BetaAsync("unmount", "m-0123456789ab")).Expect(3).ErrorCode);
        Assert.Equal("path_not_found", (await network.AlphaAsync("publish", "nope")).Expect(3).ErrorCode);
        Assert.Equal("invalid", (await network.BetaAsync("sync", "m-0123")).Expect(2).ErrorCode);
        Assert.False(Directory.Exists(network.Place["dest"]));
    }

    [Fact]
    public async Task A_clone_goes_into_an_empty_place_only()
    {
        await using var network = await Network.WithMountAsync();
        network.Place.Write("full/keep.txt", "mine\n");
        Directory.CreateDirectory(network.Place["empty"]);

        Assert.Equal("destination_not_empty", (await network.BetaAsync("clone", "alpha/notes", "full")).Expect(2).ErrorCode);
        (await network.BetaAsync("clone", "alpha/notes", "empty")).Expect(0);

        Assert.Equal(["keep.txt"], network.Place.Content("full").Keys);
        Assert.False(Directory.Exists(network.Place["full/.omnydrive"]));
    }

    [Fact]
    public async Task A_mount_in_a_drive_must_be_asked_for()
    {
        await using var network = await Network.WithMountAsync();

        Assert.Equal("nested_root", (await network.AlphaAsync("clone", "alpha/notes", "notes/inner")).Expect(2).ErrorCode);
        Assert.False(Directory.Exists(network.Place["notes/inner"]));
        (await network.AlphaAsync("clone", "alpha/notes", "notes/inner", "--nested")).Expect(0);
    }

    [Fact]
    public async Task A_drive_that_is_published_to_be_read_is_cloned_to_be_read()
    {
        await using var network = await Network.StartAsync();
        network.Place.Write("notes/a.txt", "a\n");

        var published = (await network.AlphaAsync("publish", "notes", "--read-only")).Expect(0).Json;
        var clone = (await network.BetaAsync("clone", "alpha/notes", "mount")).Expect(0).Json;

        Assert.Equal("read-only", Text(published, "accessMode"));
        Assert.Equal("read-only", Text(clone, "accessMode"));
    }

    [Fact]
    public async Task Publish_keeps_what_the_flags_leave_out_until_it_is_published_again()
    {
        await using var network = await Network.StartAsync();
        network.Place.Write("notes/a.txt", "a\n");

        (await network.AlphaAsync("publish", "notes", "--include", "docs/", "--exclude", "*.o", "--include", "*.md", "--exclude", "!keep.o", "--ignore-file", ".leftout", "--gitignore")).Expect(0);
        Assert.Equal(new FilterOptions(["docs/", "*.md"], ["*.o", "!keep.o"], ".leftout", true), await FilterAsync(network));

        Assert.Equal("invalid", (await network.AlphaAsync("publish", "notes", "--exclude", "secret[")).Expect(2).ErrorCode);
        Assert.Equal("invalid", (await network.AlphaAsync("publish", "notes", "--ignore-file", "a/b")).Expect(2).ErrorCode);
        Assert.Equal(".leftout", (await FilterAsync(network)).IgnoreFile);

        (await network.AlphaAsync("publish", "notes")).Expect(0);
        Assert.Equal(FilterOptions.Default, await FilterAsync(network));
    }

    private static async Task<FilterOptions> FilterAsync(Network network)
    {
        await using var alpha = LocalDriveEndpoint.Open(network.Place["alpha"]);
        return (await alpha.OpenOrigin(DriveId.Parse("alpha/notes")).GetHeadAsync()).Filter;
    }

    [Fact]
    public async Task A_content_server_off_loopback_needs_the_flag_too()
    {
        await using var network = await Network.StartAsync();

        var result = (await network.BetaAsync("serve-content", "--host", "0.0.0.0", "--port", "0")).Expect(1);

        Assert.Equal("cannot_listen", result.ErrorCode);
        Assert.Contains("--allow-insecure-http", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_secret_is_unauthorized()
    {
        await using var network = await Network.StartAsync();

        var result = await network.Place.RunAsync("--state", "thief", "--json", "login", "--hub", network.HubUrl, "--id", "alpha", "--serve-url", "http://localhost:1", "--secret", "wrong");

        Assert.Equal("unauthorized", result.Expect(4).ErrorCode);
        Assert.Equal("not_logged_in", (await network.Place.RunAsync("--state", "thief", "--json", "drives")).Expect(1).ErrorCode);
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_enrols_the_same_endpoint_elsewhere()
    {
        await using var network = await Network.StartAsync();

        var enrolled = (await network.LoginAsync("gamma", "http://localhost:1")).Expect(0).Json;
        var again = (await network.LoginAsync("gamma", "http://localhost:1")).Expect(0).Json;
        var elsewhere = await network.Place.RunAsync("--state", "other", "--json", "login", "--hub", network.HubUrl, "--id", "gamma", "--serve-url", "http://localhost:1",
            "--secret", Text(enrolled, "secret")!);

        Assert.True(enrolled.GetProperty("enrolled").GetBoolean());
        Assert.False(again.GetProperty("enrolled").GetBoolean());
        Assert.Equal(JsonValueKind.Null, again.GetProperty("secret").ValueKind);
        elsewhere.Expect(0);
    }

    [Fact]
    public async Task Another_identity_replaces_one_only_by_force()
    {
        await using var network = await Network.StartAsync();
        string[] login = ["--state", "beta", "--json", "login", "--hub", network.HubUrl, "--id", "delta", "--serve-url", "http://localhost:1"];

        Assert.NotEqual(0, (await network.Place.RunAsync(login)).ExitCode);
        (await network.Place.RunAsync([.. login, "--force"])).Expect(0);
    }

    private static string? Text(JsonElement value, string member) => value.GetProperty(member).GetString();
}
