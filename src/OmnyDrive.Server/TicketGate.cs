using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;

namespace OmnyDrive.Server;

/// <summary>
/// Lets a request through that carries a ticket for its drive and action, signed by the hub of the endpoint. Verified offline with the key that
/// came with the last login.
/// </summary>
public sealed class TicketGate(LocalDriveEndpoint endpoint, TimeProvider time) : IDisposable
{
    private readonly Lock _one = new();
    private TicketVerifier? _verifier;
    private string _keyId = "";

    /// <summary>Which drive the request may use, and who sent it; throws <see cref="DriveException"/> <c>unauthorized</c> or <c>access_denied</c>.</summary>
    internal Ticket Admit(HttpContext context, DriveActions action)
    {
        var route = context.Request.RouteValues;
        var drive = DriveId.Of(EndpointId.Parse((string)route["endpoint"]!), (string)route["name"]!);
        return Verifier().Verify(Bearer.Of(context.Request), drive, action);
    }

    /// <inheritdoc/>
    public void Dispose() => _verifier?.Dispose();

    private TicketVerifier Verifier()
    {
        var key = endpoint.TicketKey ?? throw new DriveException(ErrorCode.NotLoggedIn, "This endpoint has not logged in at its hub yet.", "On the machine that serves: omnydrive login");
        lock (_one)
        {
            // A replaced verifier may still be in use by another request; it is small and left to the collector.
            if (_verifier is null || _keyId != key.Id)
                (_verifier, _keyId) = (new TicketVerifier(key, endpoint.Identity.Id, time), key.Id);
            return _verifier;
        }
    }
}
