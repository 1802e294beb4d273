using System.Runtime.Versioning;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Hub.Tests;

[SupportedOSPlatform("linux")]
public sealed class HubStateTests : IDisposable
{
    private static readonly EndpointId Alpha = EndpointId.Parse("alpha");
    private static readonly SyncRef Ref = SyncRef.Parse("git:" + new string('a', 40));

    private readonly ManualTime _time = new();
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("omnydrive-hub-");

    private string Place => Path.Combine(_parent.FullName, "state");

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public async Task A_restart_finds_secrets_tokens_drives_and_the_signing_key_as_they_were()
    {
        string secret, token, keyId;
        DriveRoute route;
        await using (var state = await OpenAsync())
        {
            secret = (await state.Hub.EnrolAsync(Alpha, "Alpha")).Secret;
            token = (await state.Hub.LoginAsync(Alpha, secret, "http://localhost:8080")).Token;
            await state.Hub.RegisterAsync(token, new DriveRegistration("docs", ProviderNames.Git, AccessMode.ReadOnly, Capabilities.Read, Ref));
            await state.Hub.RegisterAsync(token, new DriveRegistration("gone", ProviderNames.Git, AccessMode.ReadOnly, Capabilities.Read, null));
            await state.Hub.WithdrawAsync(token, "gone");
            await state.Hub.ReportAsync(token, new EndpointReport(true, new Dictionary<string, SyncRef>()));
            route = await state.Hub.RouteAsync(token, DriveId.Parse("alpha/docs"), DriveActions.Read);
            keyId = state.Hub.SigningKey.Id;
        }
        await using var restarted = await OpenAsync();
        var listing = Assert.Single(await restarted.Hub.ListAsync(token));
        Assert.Equal(new DriveListing(new Drive(DriveId.Parse("alpha/docs"), "git", AccessMode.ReadOnly, Capabilities.Read, Ref), true), listing);
        Assert.Equal(keyId, restarted.Hub.SigningKey.Id);
        using var verifier = new TicketVerifier(restarted.Hub.SigningKey, Alpha, _time);
        verifier.Verify(route.Ticket, DriveId.Parse("alpha/docs"), DriveActions.Read);
        await restarted.Hub.LoginAsync(Alpha, secret, "http://localhost:8080");
    }

    [Fact]
    public async Task A_token_that_ended_while_the_hub_was_down_is_refused()
    {
        string token;
        await using (var state = await OpenAsync())
            token = (await state.Hub.LoginAsync(Alpha, (await state.Hub.EnrolAsync(Alpha, "Alpha")).Secret, "http://localhost:8080")).Token;
        _time.Advance(TimeSpan.FromDays(2));
        await using var restarted = await OpenAsync();
        Assert.Equal(ErrorCode.Unauthorized, (await Assert.ThrowsAsync<DriveException>(() => restarted.Hub.ListAsync(token))).Code);
    }

    [Fact]
    public async Task Only_the_owner_can_read_the_state()
    {
        await using var state = await OpenAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Place));
        foreach (var file in Directory.GetFiles(Place))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains(Directory.GetFiles(Place), file => Path.GetFileName(file) == "hub.key");
    }

    [Fact]
    public async Task No_secret_and_no_token_stands_in_any_file()
    {
        string secret, token;
        await using (var state = await OpenAsync())
        {
            secret = (await state.Hub.EnrolAsync(Alpha, "Alpha")).Secret;
            token = (await state.Hub.LoginAsync(Alpha, secret, "http://localhost:8080")).Token;
        }
        foreach (var file in Directory.GetFiles(Place))
        {
            var text = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_key_that_others_can_read_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        var key = Path.Combine(Place, "hub.key");
        File.SetUnixFileMode(key, File.GetUnixFileMode(key) | UnixFileMode.GroupRead);
        Assert.Equal(ErrorCode.AccessDenied, (await Assert.ThrowsAsync<DriveException>(OpenAsync)).Code);
    }

    [Fact]
    public async Task A_database_without_its_key_is_refused_and_gets_no_new_one()
    {
        await (await OpenAsync()).DisposeAsync();
        File.Delete(Path.Combine(Place, "hub.key"));
        Assert.Equal(ErrorCode.Io, (await Assert.ThrowsAsync<DriveException>(OpenAsync)).Code);
        Assert.False(File.Exists(Path.Combine(Place, "hub.key")));
    }

    [Fact]
    public async Task A_database_of_a_newer_hub_is_refused_and_left_as_it_is()
    {
        await (await OpenAsync()).DisposeAsync();
        var path = Path.Combine(Place, "hub.db");
        SetVersion(path, 3);
        Assert.Equal(ErrorCode.UnsupportedVersion, (await Assert.ThrowsAsync<DriveException>(OpenAsync)).Code);
        SetVersion(path, 2);
        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task A_database_of_the_first_version_is_brought_up_to_date_with_all_that_it_has()
    {
        string token;
        await using (var state = await OpenAsync())
        {
            token = (await state.Hub.LoginAsync(Alpha, (await state.Hub.EnrolAsync(Alpha, "Alpha")).Secret, "http://localhost:8080")).Token;
            await state.Hub.RegisterAsync(token, new DriveRegistration("docs", ProviderNames.Directory, AccessMode.ReadWrite, Capabilities.Read, null));
        }
        var path = Path.Combine(Place, "hub.db");
        Run(path, "ALTER TABLE drives DROP COLUMN remote_url");
        Run(path, "ALTER TABLE drives DROP COLUMN protected_branches");
        SetVersion(path, 1);
        await using var upgraded = await OpenAsync();
        Assert.Null(Assert.Single(await upgraded.Hub.ListAsync(token)).Drive.Remote);
        await upgraded.Hub.RegisterAsync(token, new DriveRegistration("repo", ProviderNames.Git, AccessMode.ReadWrite, Capabilities.Read, null) { Remote = new DriveRemote("https://example.org/repo", ["a", "b"]) });
        await upgraded.DisposeAsync();
        await using var again = await OpenAsync();
        var remote = (await again.Hub.RouteAsync(token, DriveId.Parse("alpha/repo"), DriveActions.Read)).Drive.Remote!;
        Assert.Equal(("https://example.org/repo", "a b"), (remote.Url, string.Join(' ', remote.ProtectedBranches!)));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Place, "hub.db"), new string('x', 4096));
        Assert.Equal(ErrorCode.Io, (await Assert.ThrowsAsync<DriveException>(OpenAsync)).Code);
    }

    [Fact]
    public async Task Hubs_that_start_at_once_in_an_empty_directory_get_the_same_key()
    {
        var states = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(OpenAsync)));
        Assert.Single(states.Select(state => state.Hub.SigningKey.Id).Distinct());
        foreach (var state in states)
            await state.DisposeAsync();
        Assert.DoesNotContain(Directory.GetFiles(Place), file => file.EndsWith(".new", StringComparison.Ordinal));
    }

    private Task<HubState> OpenAsync() => HubState.OpenAsync(Place, null, _time);

    private static void SetVersion(string path, int version) => Assert.Equal(1, Run(path, $"UPDATE schema_version SET version = {version}"));

    private static int Run(string path, string statement)
    {
        using var connection = SqliteDatabase.Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteNonQuery();
    }
}
