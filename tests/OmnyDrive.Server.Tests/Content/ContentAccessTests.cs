using OmnyDrive.Client.Wire;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Server.Tests.Origins;
using Xunit;

namespace OmnyDrive.Server.Tests.Content;

/// <summary>Whom a content server answers: tickets, drives and paths.</summary>
public sealed class ContentAccessTests : ServedContentTests
{
    private static readonly (string Method, string Path, bool Writes)[] AllRoutes =
    [
        ("GET", $"{Docs}/head", false),
        ("POST", $"{Docs}/trees", false),
        ("POST", $"{Docs}/chunks", false),
        ("POST", $"{Docs}/contents", false),
        ("POST", $"{Docs}/pushes/{Push}?expected=dir:{new string('0', 64)}&target=dir:{new string('0', 64)}", true),
        ("PUT", $"{Docs}/pushes/{Push}/chunks", true),
        ("PUT", $"{Docs}/pushes/{Push}/contents", true),
        ("POST", $"{Docs}/pushes/{Push}/commit", true),
        ("DELETE", $"{Docs}/pushes/{Push}", true),
    ];

    public static TheoryData<string, string> Routes => [.. AllRoutes.Select(route => (route.Method, route.Path))];

    public static TheoryData<string, string> WriteRoutes => [.. AllRoutes.Where(route => route.Writes).Select(route => (route.Method, route.Path))];

    [Theory, MemberData(nameof(Routes))]
    public async Task No_route_answers_without_a_ticket(string method, string path)
    {
        await RefusedAsync(401, ErrorCode.Unauthorized, Http.SendAsync(method, path, null));
        await RefusedAsync(401, ErrorCode.Unauthorized, Http.SendAsync(method, path + (path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + "ticket=" + await TicketAsync(DriveActions.Read | DriveActions.Write), null));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task No_route_takes_a_ticket_that_the_hub_did_not_sign(string method, string path)
    {
        var good = await TicketAsync(DriveActions.Read | DriveActions.Write);
        var parts = good.Split('.');
        string[] garbage = ["x", "..", "a.b.c", $"{parts[0]}.{parts[1]}.", $"{parts[0]}..{parts[2]}", good[..^1], $"{parts[0]}.{parts[1]}.{new string('A', 86)}",
            "eyJhbGciOiJub25lIn0." + parts[1] + ".", new string('A', 5000), await TicketOfAnotherHubAsync()];
        foreach (var ticket in garbage)
            await RefusedAsync(401, ErrorCode.Unauthorized, Http.SendAsync(method, path, ticket));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task No_route_takes_a_ticket_for_another_drive(string method, string path)
    {
        await Served.Alpha.PublishDirectoryAsync(Served.Scratch.Directory("other"), new PublishOptions { Name = "other" });
        var other = (await Served.RouteAsync(DriveActions.Read | DriveActions.Write, DriveId.Parse("alpha/other"))).Ticket;
        Assert.Equal(200, (await Http.SendAsync("GET", "/v1/content/alpha/other/head", other)).Status);
        await RefusedAsync(401, ErrorCode.Unauthorized, Http.SendAsync(method, path, other));
    }

    [Theory, MemberData(nameof(WriteRoutes))]
    public async Task A_ticket_to_read_writes_nothing(string method, string path) =>
        await RefusedAsync(403, ErrorCode.AccessDenied, Http.SendAsync(method, path, await TicketAsync(DriveActions.Read)));

    [Fact]
    public async Task A_ticket_ends_and_our_client_asks_for_another()
    {
        var ticket = await TicketAsync(DriveActions.Read);
        await using var client = Served.ConnectTo(Served.Url);
        await client.GetHeadAsync();
        Served.TicketTime.Advance(TimeSpan.FromSeconds(5 * 60 + 59));
        Assert.Equal(200, (await Http.SendAsync("GET", $"{Docs}/head", ticket)).Status);
        Served.TicketTime.Advance(TimeSpan.FromSeconds(1));
        await RefusedAsync(401, ErrorCode.Unauthorized, Http.SendAsync("GET", $"{Docs}/head", ticket));
        await client.GetHeadAsync();
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_drive_that_was_withdrawn_is_not_found_by_a_ticket_that_is_still_good(string method, string path)
    {
        var ticket = await TicketAsync(DriveActions.Read | DriveActions.Write);
        await Served.Alpha.UnpublishAsync(ServedDrive.Drive);
        await RefusedAsync(404, ErrorCode.DriveNotFound, Http.SendAsync(method, path, ticket));
    }

    [Theory]
    [InlineData("/v1/content/alpha/%2e%2e/head")]
    [InlineData("/v1/content/alpha/../head")]
    [InlineData("/v1/content/alpha/..%2fdocs/head")]
    [InlineData("/v1/content/alpha/docs%2f..%2f..%2f/head")]
    [InlineData("/v1/content/..%2f..%2fetc/docs/head")]
    [InlineData("/v1/content/alpha/%252e%252e%252fdocs/head")]
    [InlineData("/v1/content/alpha/docs%5c..%5c..%5cx/head")]
    [InlineData("/v1/content/alpha/DOCS/head")]
    [InlineData("/v1/content/alpha/docs/.omnydrive/marker.json")]
    [InlineData("/v1/content/alpha/docs/../docs/a.txt")]
    [InlineData("/v1/content/alpha/docs/pushes/..%2f..%2fhead/commit")]
    public async Task A_drive_is_found_by_its_id_and_by_no_path(string path)
    {
        var answer = await Http.SendAsync(path.EndsWith("commit", StringComparison.Ordinal) ? "POST" : "GET", path, await TicketAsync(DriveActions.Read | DriveActions.Write));
        Assert.InRange(answer.Status, 400, 499);
        Assert.NotEmpty(answer.Code);
    }

    [Theory]
    [InlineData("../a.txt")]
    [InlineData("dir/../a.txt")]
    [InlineData("/a.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("./a.txt")]
    [InlineData("dir//b.txt")]
    [InlineData("a.txt/")]
    [InlineData("dir\\b.txt")]
    [InlineData("a.txt\0")]
    [InlineData("a\n.txt")]
    public async Task A_path_that_is_none_is_refused(string path) =>
        await RefusedAsync(400, ErrorCode.Invalid, ContentsAsync(Streams.Whole(StreamKind.ContentRequests, Streams.Request(Streams.Path(path), new byte[32], 5))));

    [Theory]
    [InlineData("%2e%2e/a.txt")]
    [InlineData("dir/%2e%2e%2fa.txt")]
    [InlineData("..%2fa.txt")]
    public async Task An_encoded_path_is_a_name_like_any_other_and_is_not_there(string path)
    {
        var answer = await ContentsAsync(Streams.Whole(StreamKind.ContentRequests, Streams.Request(Streams.Path(path), Hash("first"), 5)));
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("first", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_no_text_is_refused() =>
        await RefusedAsync(400, ErrorCode.Protocol, ContentsAsync(Streams.Whole(StreamKind.ContentRequests, Streams.Request(Streams.Path(0xC3, 0x28), new byte[32], 5))));

    private async Task<string> TicketOfAnotherHubAsync()
    {
        var hub = new LocalDriveHub(time: Served.TicketTime);
        var alpha = EndpointId.Parse("alpha");
        var token = (await hub.LoginAsync(alpha, (await hub.EnrolAsync(alpha, "Alpha")).Secret, "http://localhost:1")).Token;
        await hub.RegisterAsync(token, new DriveRegistration("docs", ProviderNames.Directory, AccessMode.ReadWrite, Capabilities.Read | Capabilities.Push, null));
        return (await hub.RouteAsync(token, ServedDrive.Drive, DriveActions.Read | DriveActions.Write)).Ticket;
    }
}
