using System.Net.Sockets;
using System.Security.Authentication;
using OmnyDrive.Errors;

namespace OmnyDrive.Client.Retrying;

/// <summary>Tells failures that may pass by themselves from those that the same request meets again.</summary>
internal static class TransientFailures
{
    /// <summary>
    /// Whether the same request may succeed a moment later: the connection broke or stalled, or something on the way is overloaded. What a server of ours
    /// refused is decided. Before a server has answered anything at all, nobody being there is final as well: whoever forgot to start it wants to hear of it at once.
    /// </summary>
    /// <param name="failure">What happened.</param>
    /// <param name="reached">Whether the server has answered anything before.</param>
    internal static bool IsTransient(DriveException failure, bool reached) => failure.Code switch
    {
        ErrorCode.OriginUnreachable => !IsUntrusted(failure) && (reached || !NeverConnected(failure)),
        // The hub was reached when the transfer began; it is asked again for a ticket.
        ErrorCode.HubUnreachable => !IsUntrusted(failure),
        _ => false,
    };

    private static bool NeverConnected(DriveException failure) =>
        failure.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError }
        || Causes(failure).Any(cause => cause is TimeoutException or SocketException { SocketErrorCode: SocketError.ConnectionRefused });

    private static bool IsUntrusted(DriveException failure) => Causes(failure).Any(cause => cause is AuthenticationException);

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (var cause = failure.InnerException; cause is not null; cause = cause.InnerException)
            yield return cause;
    }
}
