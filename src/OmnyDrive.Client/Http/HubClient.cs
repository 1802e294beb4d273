using OmnyDrive.Client.Wire;
using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;

namespace OmnyDrive.Client;

/// <summary>
/// A hub over HTTP. Throws what the hub throws; <c>hub_unreachable</c> where nobody answers, <c>protocol_error</c> where
/// somebody else does. May be used concurrently.
/// </summary>
public sealed class HubClient : IDriveHub, IDisposable
{
    private readonly HttpClient _http;
    private readonly HttpPeer _hub;

    /// <summary>Makes a client; nothing is sent yet. Throws <see cref="DriveException"/> <c>invalid</c> where the URL is not http or https.</summary>
    /// <param name="url">The hub's address, such as http://localhost:7070.</param>
    public HubClient(string url)
    {
        Url = HttpPeer.CheckUrl(url, "a hub", "http://localhost:7070");
        _http = HttpPeer.CreatePool(Url);
        _hub = new HttpPeer(_http, Url, "a hub", ErrorCode.HubUnreachable, "Is the hub running? Start one with: omnydrive serve");
    }

    /// <summary>The hub's address.</summary>
    public Uri Url { get; }

    /// <summary>Asks the hub who it is, without logging in. Throws <c>unsupported_version</c> where it does not speak this build's version.</summary>
    public async Task<TicketKey> GetSigningKeyAsync(CancellationToken cancellation = default)
    {
        var info = await _hub.AskAsync(HttpMethod.Get, "v1/hub", null, null, WireJson.Default.HubInfoDto, cancellation);
        if (info.Product != HubMapping.Product)
            throw new DriveException(ErrorCode.Protocol, $"{Url} is not a hub but \"{info.Product}\".", "Check the address given with: omnydrive login --hub URL");
        if (!info.ApiVersions.Contains(HubMapping.ApiVersion))
            throw new DriveException(
                ErrorCode.UnsupportedVersion,
                $"The hub at {Url} speaks version {string.Join(", ", info.ApiVersions)}, this program version {HubMapping.ApiVersion}.",
                "Update the older of the two; see: omnydrive version");
        return info.SigningKey.ToDomain();
    }

    /// <inheritdoc/>
    public async Task<Enrolment> EnrolAsync(EndpointId id, string displayName, CancellationToken cancellation = default)
    {
        var body = HttpPeer.Json(new EnrolRequest(id.Value, displayName), WireJson.Default.EnrolRequest);
        return new Enrolment((await _hub.AskAsync(HttpMethod.Post, "v1/endpoints", null, body, WireJson.Default.EnrolResponse, cancellation)).Secret);
    }

    /// <inheritdoc/>
    public async Task<HubSession> LoginAsync(EndpointId id, string secret, string serveUrl, CancellationToken cancellation = default)
    {
        var body = HttpPeer.Json(new LoginRequest(id.Value, secret, serveUrl), WireJson.Default.LoginRequest);
        var session = await _hub.AskAsync(HttpMethod.Post, "v1/sessions", null, body, WireJson.Default.LoginResponse, cancellation);
        return new HubSession(session.Token, session.ExpiresAt, session.SigningKey.ToDomain());
    }

    /// <inheritdoc/>
    public async Task<Drive> RegisterAsync(string token, DriveRegistration registration, CancellationToken cancellation = default)
    {
        var body = HttpPeer.Json(registration.ToDto(), WireJson.Default.RegisterRequest);
        return (await _hub.AskAsync(HttpMethod.Put, OwnRoute(registration.Name), token, body, WireJson.Default.DriveDto, cancellation)).ToDomain();
    }

    /// <inheritdoc/>
    public Task WithdrawAsync(string token, string driveName, CancellationToken cancellation = default) =>
        _hub.TellAsync(HttpMethod.Delete, OwnRoute(driveName), token, null, cancellation);

    /// <inheritdoc/>
    public async Task ReportAsync(string token, EndpointReport report, CancellationToken cancellation = default)
    {
        // At least one request: a report without drives still says whether the endpoint is serving.
        for (var start = 0; start == 0 || start < report.Refs.Count; start += HubMapping.MaxRefsPerReport)
        {
            var part = report.Refs.Skip(start).Take(HubMapping.MaxRefsPerReport).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
            var body = HttpPeer.Json(new ReportRequest(report.Serving, part), WireJson.Default.ReportRequest);
            await _hub.TellAsync(HttpMethod.Post, "v1/report", token, body, cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DriveListing>> ListAsync(string token, CancellationToken cancellation = default)
    {
        var list = await _hub.AskAsync(HttpMethod.Get, "v1/drives", token, null, WireJson.Default.DriveListDto, cancellation);
        return [.. list.Drives.Select(HubMapping.ToDomain)];
    }

    /// <inheritdoc/>
    public async Task<DriveListing> GetAsync(string token, DriveId drive, CancellationToken cancellation = default) =>
        (await _hub.AskAsync(HttpMethod.Get, $"v1/drives/{drive}", token, null, WireJson.Default.DriveListingDto, cancellation)).ToDomain();

    /// <inheritdoc/>
    public async Task<DriveRoute> RouteAsync(string token, DriveId drive, DriveActions actions, CancellationToken cancellation = default)
    {
        var body = HttpPeer.Json(new RouteRequest(actions.ToNames()), WireJson.Default.RouteRequest);
        return (await _hub.AskAsync(HttpMethod.Post, $"v1/drives/{drive}/route", token, body, WireJson.Default.RouteResponse, cancellation)).ToDomain();
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    // A drive of the caller's own; which endpoint that is, the token says. A name that is no drive name never becomes part of a path.
    private static string OwnRoute(string name) => $"v1/drives/{DriveId.Of(EndpointId.Parse("self"), name).Name}";
}
