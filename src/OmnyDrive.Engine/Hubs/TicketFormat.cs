using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OmnyDrive.Drives;
using OmnyDrive.Hubs;

namespace OmnyDrive.Engine.Hubs;

// How a ticket stands in a compact JWS (RFC 7515): header.payload.signature, ES256 only. A hub and its content servers agree on one header
// per key, so it is compared and not parsed: there is no algorithm to choose and nothing for an attacker to choose it with.
internal static class TicketFormat
{
    public const int MaxLength = 8 * 1024;

    // Byte for byte, without the escapes that a JSON writer would choose.
    public static string HeaderFor(string keyId) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","typ":"omnydrive-ticket+jwt","kid":"{{keyId}}"}"""));

    public static string PayloadOf(Ticket ticket) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(
        new TicketClaims(
            ticket.Audience.Value,
            ticket.Subject.Value,
            ticket.Drive.ToString(),
            ticket.Actions.ToNames(),
            ticket.Epoch,
            ticket.IssuedAt.ToUnixTimeSeconds(),
            ticket.ExpiresAt.ToUnixTimeSeconds(),
            ticket.Id),
        TicketJson.Default.TicketClaims));

    // Null for everything that a hub does not write.
    public static Ticket? Read(ReadOnlySpan<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, TicketJson.Default.TicketClaims) is { } claims ? FromClaims(claims) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Ticket? FromClaims(TicketClaims claims)
    {
        if (!EndpointId.TryParse(claims.Aud, out var audience) || !EndpointId.TryParse(claims.Sub, out var subject) || !DriveId.TryParse(claims.Drive, out var drive))
            return null;
        var actions = DriveActions.None;
        foreach (var text in claims.Act)
        {
            var action = DriveActionNames.Find(text);
            if (action == DriveActions.None)
                return null;
            actions |= action;
        }
        return IsTime(claims.Iat) && IsTime(claims.Exp)
            ? new Ticket(audience, subject, drive, actions, claims.Epoch, DateTimeOffset.FromUnixTimeSeconds(claims.Iat), DateTimeOffset.FromUnixTimeSeconds(claims.Exp), claims.Jti)
            : null;
    }

    // Far from the ends of DateTimeOffset, so that adding a skew cannot overflow.
    private static bool IsTime(long seconds) => seconds is >= 0 and < 253_000_000_000;
}

internal sealed record TicketClaims(string Aud, string Sub, string Drive, IReadOnlyList<string> Act, long Epoch, long Iat, long Exp, string Jti);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 2)]
[JsonSerializable(typeof(TicketClaims))]
internal sealed partial class TicketJson : JsonSerializerContext;
