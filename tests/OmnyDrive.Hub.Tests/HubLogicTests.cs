using OmnyDrive.Drives;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Hub.Tests;

/// <summary>What every hub does, whatever it remembers with.</summary>
public abstract class HubLogicTests : IAsyncLifetime
{
    private const string AlphaUrl = "http://localhost:8080";

    private static readonly EndpointId Alpha = EndpointId.Parse("alpha");
    private static readonly EndpointId Beta = EndpointId.Parse("beta");
    private static readonly SyncRef One = SyncRef.Parse("dir:" + new string('1', 64));
    private static readonly SyncRef Two = SyncRef.Parse("dir:" + new string('2', 64));

    private readonly ManualTime _time = new();
    private readonly HubKeys _keys = HubKeys.Create();
    private IHubStore _store = null!;
    private DriveHub _hub = null!;

    protected abstract Task<IHubStore> OpenStoreAsync();

    public async ValueTask InitializeAsync()
    {
        _store = await OpenStoreAsync();
        _hub = new DriveHub(_store, _keys, null, _time);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _keys.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_enrolled_endpoint_logs_in_with_its_secret()
    {
        var secret = (await _hub.EnrolAsync(Alpha, "Alpha")).Secret;
        var session = await _hub.LoginAsync(Alpha, secret, AlphaUrl);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromHours(24), session.ExpiresAt);
        Assert.Equal(_keys.Signer.Key.Id, session.SigningKey.Id);
        Assert.Empty(await _hub.ListAsync(session.Token));
    }

    [Fact]
    public async Task A_drive_that_lies_elsewhere_is_listed_and_routed_with_its_place_and_needs_no_endpoint_that_serves()
    {
        var token = (await _hub.LoginAsync(Alpha, (await _hub.EnrolAsync(Alpha, "Alpha")).Secret, AlphaUrl)).Token;
        foreach (var branches in new string[]?[] { null, [], ["main", "release/1.0"] })
        {
            await _hub.RegisterAsync(token, new DriveRegistration("repo", ProviderNames.Git, AccessMode.ReadWrite, Capabilities.Read, null) { Remote = new DriveRemote("https://example.org/repo", branches) });
            var listing = Assert.Single(await _hub.ListAsync(token));
            Assert.Equal((true, "https://example.org/repo"), (listing.Online, listing.Drive.Remote!.Url));
            Assert.Equal(branches, (await _hub.RouteAsync(token, listing.Drive.Id, DriveActions.Read)).Drive.Remote!.ProtectedBranches);
        }
        await _hub.RegisterAsync(token, new DriveRegistration("repo", ProviderNames.Git, AccessMode.ReadWrite, Capabilities.Read, null));
        Assert.Null(Assert.Single(await _hub.ListAsync(token)).Drive.Remote);
    }

    [Fact]
    public async Task No_secret_looks_like_an_option_of_a_command()
    {
        for (var i = 0; i < 400; i++)
            Assert.NotEqual('-', (await _hub.EnrolAsync(EndpointId.Parse($"alpha-{i}"), "Alpha")).Secret[0]);
    }

    [Fact]
    public async Task Secrets_and_tokens_are_256_random_bits_and_differ()
    {
        var secret = (await _hub.EnrolAsync(Alpha, "Alpha")).Secret;
        var other = (await _hub.EnrolAsync(Beta, "Beta")).Secret;
        var token = (await _hub.LoginAsync(Alpha, secret, AlphaUrl)).Token;
        var again = (await _hub.LoginAsync(Alpha, secret, AlphaUrl)).Token;
        string[] all = [secret, other, token, again];
        Assert.All(all, text => Assert.Equal(43, text.Length));
        Assert.Equal(4, all.Distinct().Count());
    }

    [Fact]
    public async Task The_store_keeps_no_secret()
    {
        var secret = (await _hub.EnrolAsync(Alpha, "Alpha")).Secret;
        var record = await _store.FindEndpointAsync(Alpha, CancellationToken.None);
        Assert.DoesNotContain(secret, record!.SecretHash, StringComparison.Ordinal);
        Assert.Equal(64, record.SecretHash.Length);
    }

    [Fact]
    public async Task An_id_is_enrolled_once_and_the_first_secret_stays()
    {
        var secret = (await _hub.EnrolAsync(Alpha, "Alpha")).Secret;
        await RefusedAsync(ErrorCode.EndpointExists, () => _hub.EnrolAsync(Alpha, "Somebody else"));
        await _hub.LoginAsync(Alpha, secret, AlphaUrl);
        Assert.Equal("Alpha", (await _store.FindEndpointAsync(Alpha, CancellationToken.None))!.DisplayName);
    }

    [Fact]
    public async Task A_hub_that_does_not_enrol_openly_refuses_and_remembers_nothing()
    {
        var closed = new DriveHub(_store, _keys, new HubOptions { OpenEnrolment = false }, _time);
        await RefusedAsync(ErrorCode.AccessDenied, () => closed.EnrolAsync(Alpha, "Alpha"));
        Assert.Null(await _store.FindEndpointAsync(Alpha, CancellationToken.None));
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_id_get_the_same_answer()
    {
        await _hub.EnrolAsync(Alpha, "Alpha");
        var wrong = await RefusedAsync(ErrorCode.Unauthorized, () => _hub.LoginAsync(Alpha, "wrong", AlphaUrl));
        var unknown = await RefusedAsync(ErrorCode.Unauthorized, () => _hub.LoginAsync(Beta, "wrong", AlphaUrl));
        Assert.Equal(wrong.Message.Replace("alpha", "beta", StringComparison.Ordinal), unknown.Message);
        Assert.Equal(wrong.Hint, unknown.Hint);
    }

    [Fact]
    public async Task The_secret_of_one_endpoint_is_not_that_of_another()
    {
        var secret = (await _hub.EnrolAsync(Alpha, "Alpha")).Secret;
        await _hub.EnrolAsync(Beta, "Beta");
        await RefusedAsync(ErrorCode.Unauthorized, () => _hub.LoginAsync(Beta, secret, AlphaUrl));
    }

    [Fact]
    public async Task A_token_ends_at_its_time_and_not_before()
    {
        var token = await LogInAsync(Alpha);
        _time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        await _hub.ListAsync(token);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await RefusedAsync(ErrorCode.Unauthorized, () => _hub.ListAsync(token));
    }

    [Fact]
    public async Task A_new_login_leaves_earlier_tokens_alone_and_drops_ended_ones()
    {
        var secret = (await _hub.EnrolAsync(Alpha, "Alpha")).Secret;
        var first = (await _hub.LoginAsync(Alpha, secret, AlphaUrl)).Token;
        _time.Advance(TimeSpan.FromHours(23));
        var second = (await _hub.LoginAsync(Alpha, secret, AlphaUrl)).Token;
        await _hub.ListAsync(first);
        _time.Advance(TimeSpan.FromHours(2));
        await _hub.LoginAsync(Alpha, secret, AlphaUrl);
        await RefusedAsync(ErrorCode.Unauthorized, () => _hub.ListAsync(first));
        await _hub.ListAsync(second);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    public async Task A_token_that_was_never_given_out_is_refused(string token) => await RefusedAsync(ErrorCode.Unauthorized, () => _hub.ListAsync(token));

    [Fact]
    public async Task A_drive_is_registered_under_the_endpoint_of_the_token()
    {
        var token = await LogInAsync(Beta);
        var drive = await _hub.RegisterAsync(token, Docs());
        Assert.Equal("beta/docs", drive.Id.ToString());
        Assert.Equal(drive, (await _hub.GetAsync(token, drive.Id)).Drive);
    }

    [Fact]
    public async Task Registering_again_updates_and_makes_no_second_drive()
    {
        var token = await LogInAsync(Alpha);
        await _hub.RegisterAsync(token, Docs());
        var again = await _hub.RegisterAsync(token, Docs() with { Ref = Two });
        Assert.Equal(again, Assert.Single(await _hub.ListAsync(token)).Drive);
        Assert.Equal(Two, again.Ref);
    }

    [Fact]
    public async Task A_read_only_drive_has_no_capability_to_write()
    {
        var token = await LogInAsync(Alpha);
        await _hub.RegisterAsync(token, Docs() with { AccessMode = AccessMode.ReadOnly, Capabilities = Capabilities.Read | Capabilities.Push | Capabilities.Symlinks });
        var drive = (await _hub.GetAsync(token, DriveId.Parse("alpha/docs"))).Drive;
        Assert.Equal(Capabilities.Read | Capabilities.Symlinks, drive.Capabilities);
        Assert.Equal(AccessMode.ReadOnly, drive.AccessMode);
    }

    [Fact]
    public async Task Drives_of_all_endpoints_are_listed_in_the_order_of_their_ids()
    {
        var alpha = await LogInAsync(Alpha);
        var dashed = await LogInAsync(EndpointId.Parse("alpha-2"));
        await _hub.RegisterAsync(alpha, Docs("b"));
        await _hub.RegisterAsync(alpha, Docs("a"));
        await _hub.RegisterAsync(dashed, Docs("c"));
        Assert.Equal(["alpha-2/c", "alpha/a", "alpha/b"], (await _hub.ListAsync(alpha)).Select(listing => listing.Drive.Id.ToString()));
    }

    [Fact]
    public async Task A_withdrawn_drive_is_gone_and_only_its_own_endpoint_withdraws_it()
    {
        var alpha = await LogInAsync(Alpha);
        var beta = await LogInAsync(Beta);
        await _hub.RegisterAsync(alpha, Docs());
        await RefusedAsync(ErrorCode.DriveNotFound, () => _hub.WithdrawAsync(beta, "docs"));
        Assert.Single(await _hub.ListAsync(beta));
        await _hub.WithdrawAsync(alpha, "docs");
        await RefusedAsync(ErrorCode.DriveNotFound, () => _hub.GetAsync(alpha, DriveId.Parse("alpha/docs")));
    }

    [Fact]
    public async Task An_endpoint_is_online_from_its_report_until_ninety_seconds_later()
    {
        var token = await LogInAsync(Alpha);
        await _hub.RegisterAsync(token, Docs());
        Assert.False(await IsOnlineAsync(token));
        await _hub.ReportAsync(token, new EndpointReport(true, new Dictionary<string, SyncRef>()));
        _time.Advance(TimeSpan.FromSeconds(89));
        Assert.True(await IsOnlineAsync(token));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await IsOnlineAsync(token));
    }

    [Fact]
    public async Task An_endpoint_that_says_it_stopped_is_offline_at_once()
    {
        var token = await LogInAsync(Alpha);
        await _hub.RegisterAsync(token, Docs());
        await _hub.ReportAsync(token, new EndpointReport(true, new Dictionary<string, SyncRef>()));
        await _hub.ReportAsync(token, new EndpointReport(false, new Dictionary<string, SyncRef>()));
        Assert.False(await IsOnlineAsync(token));
    }

    [Fact]
    public async Task A_report_moves_the_refs_of_its_own_drives_and_passes_over_others()
    {
        var alpha = await LogInAsync(Alpha);
        var beta = await LogInAsync(Beta);
        await _hub.RegisterAsync(alpha, Docs());
        await _hub.RegisterAsync(beta, Docs());
        await _hub.ReportAsync(alpha, new EndpointReport(true, new Dictionary<string, SyncRef> { ["docs"] = Two, ["not-there"] = Two }));
        Assert.Equal([Two, One], (await _hub.ListAsync(alpha)).Select(listing => listing.Drive.Ref!.Value));
    }

    [Fact]
    public async Task A_route_holds_the_serve_url_and_a_ticket_that_its_endpoint_takes()
    {
        var alpha = await LogInAsync(Alpha);
        var beta = await LogInAsync(Beta);
        var drive = (await _hub.RegisterAsync(alpha, Docs())).Id;
        var route = await _hub.RouteAsync(beta, drive, DriveActions.Read | DriveActions.Write);
        using var verifier = new TicketVerifier(_hub.SigningKey, Alpha, _time);
        var ticket = verifier.Verify(route.Ticket, drive, DriveActions.Write);
        Assert.Equal(AlphaUrl, route.ServeUrl);
        Assert.Equal((Beta, DriveActions.Read | DriveActions.Write, route.ExpiresAt), (ticket.Subject, ticket.Actions, ticket.ExpiresAt));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(5), route.ExpiresAt);
    }

    [Fact]
    public async Task The_last_login_decides_where_an_endpoint_serves()
    {
        var secret = (await _hub.EnrolAsync(Alpha, "Alpha")).Secret;
        var token = (await _hub.LoginAsync(Alpha, secret, AlphaUrl)).Token;
        var drive = (await _hub.RegisterAsync(token, Docs())).Id;
        await _hub.LoginAsync(Alpha, secret, "https://alpha.example:9000/omny");
        Assert.Equal("https://alpha.example:9000/omny", (await _hub.RouteAsync(token, drive, DriveActions.Read)).ServeUrl);
    }

    [Fact]
    public async Task A_read_only_drive_gives_tickets_to_read_and_none_to_write()
    {
        var token = await LogInAsync(Alpha);
        var drive = (await _hub.RegisterAsync(token, Docs() with { AccessMode = AccessMode.ReadOnly })).Id;
        await RefusedAsync(ErrorCode.ReadOnly, () => _hub.RouteAsync(token, drive, DriveActions.Read | DriveActions.Write));
        Assert.NotEmpty((await _hub.RouteAsync(token, drive, DriveActions.Read)).Ticket);
    }

    [Theory]
    [InlineData(DriveActions.None)]
    [InlineData((DriveActions)4)]
    public async Task A_ticket_is_not_given_for_actions_that_are_none(DriveActions actions)
    {
        var token = await LogInAsync(Alpha);
        var drive = (await _hub.RegisterAsync(token, Docs())).Id;
        await RefusedAsync(ErrorCode.Invalid, () => _hub.RouteAsync(token, drive, actions));
    }

    [Fact]
    public async Task There_is_no_route_to_an_unknown_drive()
    {
        var token = await LogInAsync(Alpha);
        await RefusedAsync(ErrorCode.DriveNotFound, () => _hub.RouteAsync(token, DriveId.Parse("alpha/nothing"), DriveActions.Read));
    }

    [Fact]
    public async Task A_changed_access_mode_raises_the_epoch_of_later_tickets()
    {
        var token = await LogInAsync(Alpha);
        var drive = (await _hub.RegisterAsync(token, Docs())).Id;
        using var verifier = new TicketVerifier(_hub.SigningKey, Alpha, _time);
        async Task<long> EpochAsync() => verifier.Verify((await _hub.RouteAsync(token, drive, DriveActions.Read)).Ticket, drive, DriveActions.Read).Epoch;
        var first = await EpochAsync();
        await _hub.RegisterAsync(token, Docs() with { Ref = Two });
        Assert.Equal(first, await EpochAsync());
        await _hub.RegisterAsync(token, Docs() with { AccessMode = AccessMode.ReadOnly });
        Assert.Equal(first + 1, await EpochAsync());
    }

    [Theory]
    [InlineData("localhost:8080")]
    [InlineData("ftp://alpha.example/")]
    [InlineData("http://user:secret@alpha.example/")]
    [InlineData("http://alpha.example/?a=b")]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://2852039166/latest")]
    [InlineData("http://0xA9FEA9FE/")]
    [InlineData("http://169.254.169.254./")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://[::]/")]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://metadata.google.internal/")]
    public async Task A_serve_url_that_peers_must_not_dial_is_refused(string url)
    {
        var secret = (await _hub.EnrolAsync(Alpha, "Alpha")).Secret;
        await RefusedAsync(ErrorCode.Invalid, () => _hub.LoginAsync(Alpha, secret, url));
    }

    [Fact]
    public async Task A_serve_url_may_have_2048_characters_and_no_more()
    {
        var secret = (await _hub.EnrolAsync(Alpha, "Alpha")).Secret;
        var longest = "http://alpha.example/" + new string('a', 2048 - 21);
        await _hub.LoginAsync(Alpha, secret, longest);
        await RefusedAsync(ErrorCode.Invalid, () => _hub.LoginAsync(Alpha, secret, longest + "a"));
    }

    [Fact]
    public async Task A_display_name_may_have_200_characters_and_no_more()
    {
        await _hub.EnrolAsync(Alpha, new string('n', 200));
        await RefusedAsync(ErrorCode.Invalid, () => _hub.EnrolAsync(Beta, new string('n', 201)));
        await RefusedAsync(ErrorCode.Invalid, () => _hub.EnrolAsync(Beta, " "));
        await RefusedAsync(ErrorCode.Invalid, () => _hub.EnrolAsync(Beta, "be\u001b[2Jta"));
    }

    [Fact]
    public async Task Of_many_enrolments_of_one_id_at_once_exactly_one_succeeds()
    {
        var attempts = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            try
            {
                return (await _hub.EnrolAsync(Alpha, "Alpha")).Secret;
            }
            catch (DriveException e) when (e.Code == ErrorCode.EndpointExists)
            {
                return null;
            }
        })));
        await _hub.LoginAsync(Alpha, Assert.Single(attempts, secret => secret is not null)!, AlphaUrl);
    }

    private async Task<string> LogInAsync(EndpointId id) => (await _hub.LoginAsync(id, (await _hub.EnrolAsync(id, id.Value)).Secret, AlphaUrl)).Token;

    private async Task<bool> IsOnlineAsync(string token) => (await _hub.GetAsync(token, DriveId.Parse("alpha/docs"))).Online;

    private static DriveRegistration Docs(string name = "docs") =>
        new(name, ProviderNames.Directory, AccessMode.ReadWrite, Capabilities.Read | Capabilities.Push | Capabilities.AtomicPush, One);

    private static async Task<DriveException> RefusedAsync(string code, Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<DriveException>(act);
        Assert.Equal(code, refused.Code);
        return refused;
    }
}

public sealed class MemoryHubTests : HubLogicTests
{
    protected override Task<IHubStore> OpenStoreAsync() => Task.FromResult<IHubStore>(new MemoryHubStore());
}

public sealed class SqliteHubTests : HubLogicTests
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("omnydrive-hub-");

    protected override async Task<IHubStore> OpenStoreAsync() => await SqliteHubStore.OpenAsync(Path.Combine(_directory.FullName, "hub.db"));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
