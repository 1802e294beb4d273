using OmnyDrive.Drives;

namespace OmnyDrive.Hubs;

/// <summary>What enrolling returns, once.</summary>
/// <param name="Secret">256 random bits as text; whoever has it is this endpoint.</param>
public sealed record Enrolment(string Secret);

/// <summary>What logging in returns.</summary>
/// <param name="Token">Opaque; goes into every later call.</param>
/// <param name="ExpiresAt">When the hub stops taking it.</param>
/// <param name="SigningKey">The public key that the hub's tickets are verified with.</param>
public sealed record HubSession(string Token, DateTimeOffset ExpiresAt, TicketKey SigningKey);

/// <summary>The public half of the key that signs tickets: ECDSA over P-256.</summary>
/// <param name="Id">SHA-256 of <paramref name="SubjectPublicKeyInfo"/> in hexadecimal.</param>
/// <param name="SubjectPublicKeyInfo">The DER encoding.</param>
public sealed record TicketKey(string Id, byte[] SubjectPublicKeyInfo);

/// <summary>A drive as its endpoint registers it. The serving endpoint is taken from the token.</summary>
/// <param name="Name">The name at its endpoint.</param>
/// <param name="Provider">The kind, one of <see cref="ProviderNames"/>.</param>
/// <param name="AccessMode">What cloners may do at most.</param>
/// <param name="Capabilities">What its origin can do.</param>
/// <param name="Ref">Where it stands.</param>
public sealed record DriveRegistration(string Name, string Provider, AccessMode AccessMode, Capabilities Capabilities, SyncRef? Ref)
{
    /// <summary>Where it lies, if the endpoint does not serve it; null where it does.</summary>
    public DriveRemote? Remote { get; init; }
}

/// <summary>A drive as the hub lists it.</summary>
/// <param name="Drive">What is published.</param>
/// <param name="Online">Whether its endpoint reported within the last minute and a half, or the drive does not need it: it lies elsewhere.</param>
public sealed record DriveListing(Drive Drive, bool Online);

/// <summary>What an endpoint reports of itself.</summary>
/// <param name="Serving">Whether its content server is up.</param>
/// <param name="Refs">Where its drives stand, by name.</param>
public sealed record EndpointReport(bool Serving, IReadOnlyDictionary<string, SyncRef> Refs);

/// <summary>What a ticket permits.</summary>
[Flags]
public enum DriveActions
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Read trees and contents.</summary>
    Read = 1,
    /// <summary>Push.</summary>
    Write = 2,
}

/// <summary>The names of actions, as they stand on the wire and in tickets.</summary>
public static class DriveActionNames
{
    private static readonly (DriveActions Action, string Text)[] Known = [(DriveActions.Read, "read"), (DriveActions.Write, "write")];

    /// <summary>The names of the set flags.</summary>
    public static IReadOnlyList<string> ToNames(this DriveActions actions) =>
        [.. Known.Where(name => actions.HasFlag(name.Action)).Select(name => name.Text)];

    /// <summary>The action of a name; <see cref="DriveActions.None"/> for one that is not known.</summary>
    public static DriveActions Find(string name) => Known.FirstOrDefault(known => known.Text == name).Action;
}

/// <summary>How to reach a drive.</summary>
/// <param name="Drive">What is published.</param>
/// <param name="ServeUrl">The base URL of the content server of its endpoint.</param>
/// <param name="Ticket">A JWS that the content server verifies offline.</param>
/// <param name="ExpiresAt">When the ticket ends.</param>
public sealed record DriveRoute(Drive Drive, string ServeUrl, string Ticket, DateTimeOffset ExpiresAt);
