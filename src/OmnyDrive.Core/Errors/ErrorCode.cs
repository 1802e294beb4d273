namespace OmnyDrive.Errors;

/// <summary>
/// The stable codes of everything that can go wrong. They appear in <c>--json</c> output and in HTTP problems;
/// a code never changes its meaning and is never reused.
/// </summary>
public static class ErrorCode
{
    /// <summary>Something failed that has no code of its own; the message says what.</summary>
    public const string Failed = "failed";
    /// <summary>An id, path, reference or option is malformed.</summary>
    public const string Invalid = "invalid";
    /// <summary>No drive of that id is registered.</summary>
    public const string DriveNotFound = "drive_not_found";
    /// <summary>No mount of that id, or around that path, is known here.</summary>
    public const string MountNotFound = "mount_not_found";
    /// <summary>The endpoint is not enrolled at the hub.</summary>
    public const string EndpointNotFound = "endpoint_not_found";
    /// <summary>Nothing is kept for that server.</summary>
    public const string CredentialNotFound = "credential_not_found";
    /// <summary>The path does not exist.</summary>
    public const string PathNotFound = "path_not_found";
    /// <summary>A drive of that name is already published by this endpoint from another place.</summary>
    public const string DriveExists = "drive_exists";
    /// <summary>The endpoint id is taken at the hub and the secret given does not fit.</summary>
    public const string EndpointExists = "endpoint_exists";
    /// <summary>The destination of a clone is not empty.</summary>
    public const string DestinationNotEmpty = "destination_not_empty";
    /// <summary>A drive lies inside a mount, or a mount inside a drive, and nobody asked for that.</summary>
    public const string Nested = "nested_root";
    /// <summary>There is no identity in the state directory: <c>omnydrive login</c> comes first.</summary>
    public const string NotLoggedIn = "not_logged_in";
    /// <summary>The token or ticket is missing, wrong, expired or revoked.</summary>
    public const string Unauthorized = "unauthorized";
    /// <summary>The caller is known and may not do this.</summary>
    public const string AccessDenied = "access_denied";
    /// <summary>A write was asked of a drive or mount that is read-only.</summary>
    public const string ReadOnly = "read_only";
    /// <summary>The hub did not answer.</summary>
    public const string HubUnreachable = "hub_unreachable";
    /// <summary>The endpoint that serves the drive did not answer.</summary>
    public const string OriginUnreachable = "origin_unreachable";
    /// <summary>Both sides changed; nothing was applied.</summary>
    public const string Conflict = "conflict";
    /// <summary>Another command is working on this mount.</summary>
    public const string LockHeld = "lock_held";
    /// <summary>The root of a drive or mount is gone, is empty where its marker was, or bears the marker of another.</summary>
    public const string RootMissing = "root_missing";
    /// <summary>A brake halted a plan that looks like an accident.</summary>
    public const string Halted = "halted";
    /// <summary>What was asked for is older than what is kept.</summary>
    public const string Expired = "expired";
    /// <summary>The peer speaks a version of the protocol or a format that this build does not know.</summary>
    public const string UnsupportedVersion = "unsupported_version";
    /// <summary>The peer sent something that the protocol forbids.</summary>
    public const string Protocol = "protocol_error";
    /// <summary>Received content does not have the hash it was asked for.</summary>
    public const string ContentMismatch = "content_mismatch";
    /// <summary>Some paths could not be brought over; what arrived is kept, and the same command goes on from there.</summary>
    public const string Incomplete = "incomplete";
    /// <summary>The clocks of two machines differ by more than tickets allow.</summary>
    public const string ClockSkew = "clock_skew";
    /// <summary>The disk is full.</summary>
    public const string NoSpace = "no_space";
    /// <summary>The operating system refused or failed a file operation.</summary>
    public const string Io = "io_error";
    /// <summary>What was asked for is not supported for this kind of drive.</summary>
    public const string NotSupported = "not_supported";
    /// <summary>A server cannot listen there: the port is taken, or plain HTTP would be open to the network.</summary>
    public const string CannotListen = "cannot_listen";
    /// <summary>A secret would go over the network unencrypted, and nobody allowed that.</summary>
    public const string InsecureTransport = "insecure_transport";
    /// <summary>The command line is wrong.</summary>
    public const string Usage = "usage";
    /// <summary>The user interrupted the command.</summary>
    public const string Interrupted = "interrupted";
}
