using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;

namespace OmnyDrive.Engine.Hubs;

/// <summary>
/// The logic of a hub over any store: who is enrolled, which drives there are, who may reach them. It sees metadata only and never dials
/// anybody. May be used concurrently.
/// </summary>
/// <param name="store">What it remembers; disposed by whoever made it.</param>
/// <param name="keys">Its secrets; disposed by whoever made them.</param>
/// <param name="options">How it behaves; the defaults where null.</param>
/// <param name="time">The clock; the system's where null.</param>
public class DriveHub(IHubStore store, HubKeys keys, HubOptions? options = null, TimeProvider? time = null) : IDriveHub
{
    private const int SecretLength = 32;
    private const string NoSecretHash = "0000000000000000000000000000000000000000000000000000000000000000";

    private readonly HubOptions _options = options ?? new HubOptions();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The public key that this hub's tickets are verified with.</summary>
    public TicketKey SigningKey => keys.Signer.Key;

    /// <inheritdoc/>
    public async Task<Enrolment> EnrolAsync(EndpointId id, string displayName, CancellationToken cancellation = default)
    {
        CheckId(id);
        if (!_options.OpenEnrolment)
            throw new DriveException(
                ErrorCode.AccessDenied,
                "This hub does not enrol openly, because it can be reached from other machines.",
                "Invites are not there yet. Run the hub on this machine only (omnydrive serve --host localhost), or allow open enrolment when starting it.");
        var secret = NewSecret();
        var added = await store.AddEndpointAsync(new EndpointRecord(id, HubInput.DisplayName(displayName), HashSecret(id, secret)), cancellation);
        return added ? new Enrolment(secret) : throw new DriveException(
            ErrorCode.EndpointExists,
            $"An endpoint \"{id}\" is already enrolled at this hub.",
            $"Choose another id, or log in as the same endpoint: omnydrive login --id {id} --secret SECRET");
    }

    /// <inheritdoc/>
    public async Task<HubSession> LoginAsync(EndpointId id, string secret, string serveUrl, CancellationToken cancellation = default)
    {
        CheckId(id);
        var url = HubInput.ServeUrl(serveUrl);
        var hash = HashSecret(id, HubInput.Secret(secret));
        // The same steps whether or not the id is known: the answer and its time say nothing about which ids are enrolled.
        var endpoint = await store.FindEndpointAsync(id, cancellation);
        if (!AreEqual(hash, endpoint?.SecretHash ?? NoSecretHash))
            throw new DriveException(
                ErrorCode.Unauthorized,
                $"The hub does not know endpoint \"{id}\" with this secret.",
                "Check the id and the secret: omnydrive login --id ID --secret SECRET");
        var token = NewSecret();
        var now = _time.GetUtcNow();
        var session = new SessionRecord(HashToken(token), id, ToMilliseconds(now + _options.TokenLifetime));
        await store.AddSessionAsync(session, url, now, cancellation);
        return new HubSession(token, session.ExpiresAt, SigningKey);
    }

    /// <inheritdoc/>
    public async Task<Drive> RegisterAsync(string token, DriveRegistration registration, CancellationToken cancellation = default)
    {
        var endpoint = await AuthenticateAsync(token, cancellation);
        var drive = new Drive(
            DriveId.Of(endpoint, registration.Name),
            HubInput.Provider(registration.Provider),
            registration.AccessMode,
            registration.Capabilities.Under(registration.AccessMode),
            registration.Ref)
        {
            Remote = registration.Remote is { } remote ? HubInput.Remote(registration.Provider, remote) : null,
        };
        await store.PutDriveAsync(drive, cancellation);
        return drive;
    }

    /// <inheritdoc/>
    public async Task WithdrawAsync(string token, string driveName, CancellationToken cancellation = default)
    {
        var id = DriveId.Of(await AuthenticateAsync(token, cancellation), driveName);
        if (!await store.RemoveDriveAsync(id, cancellation))
            throw NotFound(id);
    }

    /// <inheritdoc/>
    public async Task ReportAsync(string token, EndpointReport report, CancellationToken cancellation = default)
    {
        var endpoint = await AuthenticateAsync(token, cancellation);
        foreach (var name in report.Refs.Keys)
            _ = DriveId.Of(endpoint, name);
        await store.ReportAsync(endpoint, report.Serving ? ToMilliseconds(_time.GetUtcNow()) : null, report.Refs, cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DriveListing>> ListAsync(string token, CancellationToken cancellation = default)
    {
        await AuthenticateAsync(token, cancellation);
        var drives = await store.ListDrivesAsync(cancellation);
        return [.. drives.Select(ToListing).OrderBy(listing => listing.Drive.Id.ToString(), StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<DriveListing> GetAsync(string token, DriveId drive, CancellationToken cancellation = default)
    {
        await AuthenticateAsync(token, cancellation);
        return ToListing(await FindAsync(drive, cancellation));
    }

    /// <inheritdoc/>
    public async Task<DriveRoute> RouteAsync(string token, DriveId drive, DriveActions actions, CancellationToken cancellation = default)
    {
        var subject = await AuthenticateAsync(token, cancellation);
        if (actions == DriveActions.None || (actions & ~(DriveActions.Read | DriveActions.Write)) != 0)
            throw DriveException.Invalid("A ticket is asked for to read, to write, or both.");
        var record = await FindAsync(drive, cancellation);
        if (actions.HasFlag(DriveActions.Write) && record.Drive.AccessMode == AccessMode.ReadOnly)
            throw new DriveException(
                ErrorCode.ReadOnly,
                $"Drive {drive} is read-only: its publisher takes no changes.",
                $"Ask for a drive that takes changes, or clone it to read: omnydrive clone {drive} DEST --read-only");
        // Whole seconds, rounded down, as tickets carry them.
        var now = DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds());
        var ticket = new Ticket(
            drive.Endpoint, subject, drive, actions, record.Epoch, now, now + _options.TicketLifetime, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        return new DriveRoute(record.Drive, record.ServeUrl, keys.Signer.Sign(ticket), ticket.ExpiresAt);
    }

    private async Task<EndpointId> AuthenticateAsync(string token, CancellationToken cancellation)
    {
        // A token is looked up by its keyed hash: how far the comparison gets tells nothing about the token.
        var session = await store.FindSessionAsync(HashToken(HubInput.Secret(token)), cancellation);
        return session is not null && _time.GetUtcNow() < session.ExpiresAt
            ? session.Endpoint
            : throw new DriveException(ErrorCode.Unauthorized, "The hub does not take this token: it is wrong or has expired.", "Log in again: omnydrive login");
    }

    private async Task<DriveRecord> FindAsync(DriveId id, CancellationToken cancellation) => await store.FindDriveAsync(id, cancellation) ?? throw NotFound(id);

    private DriveListing ToListing(DriveRecord record) =>
        new(record.Drive, record.Drive.Remote is not null || record.ServingAt is { } at && _time.GetUtcNow() - at < _options.OnlineWindow);

    private string HashSecret(EndpointId id, string secret) => keys.Hash($"secret {id}", secret);

    private string HashToken(string token) => keys.Hash("token", token);

    // One that began with a dash would be taken for an option where it is given to a command.
    private static string NewSecret()
    {
        string secret;
        do
            secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretLength));
        while (secret[0] == '-');
        return secret;
    }

    private static bool AreEqual(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other));

    private static DateTimeOffset ToMilliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private static void CheckId(EndpointId id)
    {
        if (id == default)
            throw DriveException.Invalid("The endpoint has no id.", "Give one: omnydrive login --id ID");
    }

    private static DriveException NotFound(DriveId id) => new(ErrorCode.DriveNotFound, $"There is no drive {id} at this hub.", "See which there are: omnydrive drives");
}
