using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;

namespace OmnyDrive.Testing;

/// <summary>
/// A hub that nobody answers at while <see cref="Fails"/>, that answers no login while <see cref="FailsLogins"/>, and that takes reports as it is told.
/// </summary>
public sealed class FailingHub(IDriveHub hub) : IDriveHub
{
    private int _reports;

    public bool Fails { get; set; }

    /// <summary>What a report throws; null lets it through.</summary>
    public Exception? ReportFailure { get; set; }

    /// <summary>How many reports came.</summary>
    public int Reports => _reports;

    public bool FailsLogins { get; set; }

    public Task<Enrolment> EnrolAsync(EndpointId id, string displayName, CancellationToken cancellation = default) => Reached().EnrolAsync(id, displayName, cancellation);

    public Task<HubSession> LoginAsync(EndpointId id, string secret, string serveUrl, CancellationToken cancellation = default) => Reached(FailsLogins).LoginAsync(id, secret, serveUrl, cancellation);

    public Task<Drive> RegisterAsync(string token, DriveRegistration registration, CancellationToken cancellation = default) => Reached().RegisterAsync(token, registration, cancellation);

    public Task WithdrawAsync(string token, string driveName, CancellationToken cancellation = default) => Reached().WithdrawAsync(token, driveName, cancellation);

    public Task ReportAsync(string token, EndpointReport report, CancellationToken cancellation = default)
    {
        Interlocked.Increment(ref _reports);
        return ReportFailure is { } failure ? throw failure : Reached().ReportAsync(token, report, cancellation);
    }

    public Task<IReadOnlyList<DriveListing>> ListAsync(string token, CancellationToken cancellation = default) => Reached().ListAsync(token, cancellation);

    public Task<DriveListing> GetAsync(string token, DriveId drive, CancellationToken cancellation = default) => Reached().GetAsync(token, drive, cancellation);

    public Task<DriveRoute> RouteAsync(string token, DriveId drive, DriveActions actions, CancellationToken cancellation = default) => Reached().RouteAsync(token, drive, actions, cancellation);

    private IDriveHub Reached(bool fails = false) => Fails || fails ? throw new DriveException(ErrorCode.HubUnreachable, "Nobody answers.", "Start it.") : hub;
}
