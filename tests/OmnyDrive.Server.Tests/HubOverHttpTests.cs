using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OmnyDrive.Client;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using Xunit;

namespace OmnyDrive.Server.Tests;

/// <summary>The client and the server of a hub, against each other over a real socket.</summary>
public sealed class HubOverHttpTests : IAsyncLifetime
{
    private static readonly EndpointId Alpha = EndpointId.Parse("alpha");
    private static readonly DriveId Docs = DriveId.Parse("alpha/docs");
    private static readonly SyncRef Ref = SyncRef.Parse("dir:" + new string('1', 64));

    private RunningHub _running = null!;
    private HubClient _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _running = await RunningHub.StartAsync();
        _hub = new HubClient(_running.Url.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        _hub.Dispose();
        await _running.DisposeAsync();
    }

    [Fact]
    public async Task A_hub_says_who_it_is_without_a_token()
    {
        var key = await _hub.GetSigningKeyAsync();
        using var verifier = new TicketVerifier(key, Alpha, _running.Time);
        Assert.Equal(64, key.Id.Length);
    }

    [Fact]
    public async Task Everything_a_hub_does_arrives_as_it_was_sent()
    {
        var token = await LogInAsync(Alpha);
        var registration = new DriveRegistration("docs", ProviderNames.Directory, AccessMode.ReadWrite, Capabilities.Read | Capabilities.Push | Capabilities.Delta, null);
        var drive = await _hub.RegisterAsync(token, registration);
        Assert.Equal(new Drive(Docs, "directory", AccessMode.ReadWrite, registration.Capabilities, null), drive);
        await _hub.ReportAsync(token, new EndpointReport(true, new Dictionary<string, SyncRef> { ["docs"] = Ref }));
        var expected = new DriveListing(drive with { Ref = Ref }, true);
        Assert.Equal(expected, await _hub.GetAsync(token, Docs));
        Assert.Equal([expected], await _hub.ListAsync(token));
        await _hub.WithdrawAsync(token, "docs");
        Assert.Empty(await _hub.ListAsync(token));
    }

    [Fact]
    public async Task A_ticket_that_came_over_http_opens_the_drive_with_the_key_that_login_returned()
    {
        var session = await _hub.LoginAsync(Alpha, (await _hub.EnrolAsync(Alpha, "Alpha")).Secret, "http://localhost:8080");
        await _hub.RegisterAsync(session.Token, Registration("docs"));
        var route = await _hub.RouteAsync(session.Token, Docs, DriveActions.Read | DriveActions.Write);
        using var verifier = new TicketVerifier(session.SigningKey, Alpha, _running.Time);
        var ticket = verifier.Verify(route.Ticket, Docs, DriveActions.Read | DriveActions.Write);
        Assert.Equal((route.ExpiresAt, "http://localhost:8080"), (ticket.ExpiresAt, route.ServeUrl));
    }

    [Fact]
    public async Task A_restarted_hub_takes_the_token_it_gave_out_before()
    {
        var token = await LogInAsync(Alpha);
        await _hub.RegisterAsync(token, Registration("docs"));
        await _running.RestartAsync();
        Assert.Equal(Docs, Assert.Single(await _hub.ListAsync(token)).Drive.Id);
    }

    [Fact]
    public async Task A_report_on_more_drives_than_one_message_holds_moves_them_all()
    {
        var token = await LogInAsync(Alpha);
        await _hub.RegisterAsync(token, Registration("d0"));
        await _hub.RegisterAsync(token, Registration("d450"));
        await _hub.ReportAsync(token, new EndpointReport(true, Enumerable.Range(0, 451).ToDictionary(i => $"d{i}", _ => Ref)));
        Assert.All(await _hub.ListAsync(token), listing => Assert.Equal(Ref, listing.Drive.Ref));
    }

    [Fact]
    public async Task Each_refusal_arrives_with_its_code_message_and_hint()
    {
        var token = await LogInAsync(Alpha);
        await _hub.RegisterAsync(token, Registration("docs") with { AccessMode = AccessMode.ReadOnly });
        await RefusedAsync(ErrorCode.EndpointExists, () => _hub.EnrolAsync(Alpha, "Again"));
        await RefusedAsync(ErrorCode.Unauthorized, () => _hub.LoginAsync(Alpha, "wrong", "http://localhost:8080"));
        await RefusedAsync(ErrorCode.Unauthorized, () => _hub.ListAsync("wrong"));
        await RefusedAsync(ErrorCode.ReadOnly, () => _hub.RouteAsync(token, Docs, DriveActions.Write));
        await RefusedAsync(ErrorCode.DriveNotFound, () => _hub.GetAsync(token, DriveId.Parse("alpha/none")));
        await RefusedAsync(ErrorCode.DriveNotFound, () => _hub.WithdrawAsync(token, "none"));
        await RefusedAsync(ErrorCode.Invalid, () => _hub.LoginAsync(Alpha, "wrong", "http://169.254.169.254/"));
        var refused = await RefusedAsync(ErrorCode.DriveNotFound, () => _hub.RouteAsync(token, DriveId.Parse("alpha/none"), DriveActions.Read));
        Assert.Equal("There is no drive alpha/none at this hub.", refused.Message);
        Assert.Equal("See which there are: omnydrive drives", refused.Hint);
    }

    [Fact]
    public async Task A_hub_that_is_not_running_is_unreachable_and_the_message_names_it()
    {
        await _running.StopAsync();
        var refused = await RefusedAsync(ErrorCode.HubUnreachable, () => _hub.ListAsync("token"));
        Assert.Contains(_running.Url.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Contains("omnydrive serve", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:7070")]
    [InlineData("ftp://localhost/")]
    [InlineData("http://user:secret@localhost/")]
    [InlineData("not a url")]
    public void A_hub_is_not_looked_for_at_what_is_no_http_url(string url)
    {
        var refused = Assert.Throws<DriveException>(() => new HubClient(url));
        Assert.Equal(ErrorCode.Invalid, refused.Code);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_does_not_follow_a_redirect()
    {
        await using var other = await ServerHost.BuildAsync(new ServerHostOptions(), routes =>
            routes.MapGet("/v1/drives", context =>
            {
                context.Response.Redirect(_running.Url + "v1/drives");
                return Task.CompletedTask;
            }));
        var token = await LogInAsync(Alpha);
        using var client = new HubClient((await other.StartAsync()).ToString());
        await RefusedAsync(ErrorCode.Protocol, () => client.ListAsync(token));
    }

    [Fact]
    public async Task Somebody_else_at_the_address_is_not_taken_for_a_hub()
    {
        await using var other = await ServerHost.BuildAsync(new ServerHostOptions(), routes => routes.MapGet("/v1/drives", context => context.Response.WriteAsync("<html>")));
        using var client = new HubClient((await other.StartAsync()).ToString());
        await RefusedAsync(ErrorCode.Protocol, () => client.ListAsync("token"));
    }

    private async Task<string> LogInAsync(EndpointId id) =>
        (await _hub.LoginAsync(id, (await _hub.EnrolAsync(id, id.Value)).Secret, "http://localhost:8080")).Token;

    private static DriveRegistration Registration(string name) => new(name, ProviderNames.Directory, AccessMode.ReadWrite, Capabilities.Read | Capabilities.Push, null);

    private static async Task<DriveException> RefusedAsync(string code, Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<DriveException>(act);
        Assert.Equal(code, refused.Code);
        return refused;
    }
}
