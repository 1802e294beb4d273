using OmnyDrive.Drives;
using OmnyDrive.Errors;

namespace OmnyDrive.Hubs;

/// <summary>
/// What an endpoint asks of a hub: enrolment, the registry of drives, and routes to them. The hub sees metadata only. The same contract
/// is kept by the hub logic in memory, over SQLite, and over HTTP. Methods throw <see cref="DriveException"/>: <c>unauthorized</c>
/// for a token or secret that is wrong or expired, <c>hub_unreachable</c> where nobody answers.
/// </summary>
public interface IDriveHub
{
    /// <summary>
    /// Enrols a new endpoint. The secret is returned here and never again; the hub keeps a keyed hash of it. Throws
    /// <c>endpoint_exists</c> where the id is taken, <c>access_denied</c> where the hub does not enrol openly.
    /// </summary>
    Task<Enrolment> EnrolAsync(EndpointId id, string displayName, CancellationToken cancellation = default);

    /// <summary>
    /// Trades the secret for a token that expires, and sets the URL at which peers reach this endpoint. An unknown id and a wrong
    /// secret get the same answer.
    /// </summary>
    Task<HubSession> LoginAsync(EndpointId id, string secret, string serveUrl, CancellationToken cancellation = default);

    /// <summary>
    /// Registers a drive of the token's endpoint, or updates what is known of it. Idempotent.
    /// </summary>
    Task<Drive> RegisterAsync(string token, DriveRegistration registration, CancellationToken cancellation = default);

    /// <summary>Withdraws a drive of the token's endpoint. Throws <c>drive_not_found</c> where there is none of that name.</summary>
    Task WithdrawAsync(string token, string driveName, CancellationToken cancellation = default);

    /// <summary>Says that the token's endpoint is serving (or stops), and where its drives stand. A drive that is not registered is passed over.</summary>
    Task ReportAsync(string token, EndpointReport report, CancellationToken cancellation = default);

    /// <summary>All drives that the token's endpoint may see, ordered by id.</summary>
    Task<IReadOnlyList<DriveListing>> ListAsync(string token, CancellationToken cancellation = default);

    /// <summary>One drive; throws <c>drive_not_found</c>.</summary>
    Task<DriveListing> GetAsync(string token, DriveId drive, CancellationToken cancellation = default);

    /// <summary>
    /// Where a drive is served and a ticket for it, valid for at most ten minutes. A write ticket for a read-only drive is refused with
    /// <c>read_only</c>; an unknown drive with <c>drive_not_found</c>.
    /// </summary>
    Task<DriveRoute> RouteAsync(string token, DriveId drive, DriveActions actions, CancellationToken cancellation = default);
}
