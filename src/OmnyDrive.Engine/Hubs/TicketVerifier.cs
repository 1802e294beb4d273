using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;

namespace OmnyDrive.Engine.Hubs;

/// <summary>Decides offline whether a ticket of the hub opens a drive that this endpoint serves. May be used concurrently.</summary>
public sealed class TicketVerifier : IDisposable
{
    private const int SignatureLength = 64;

    private static readonly SearchValues<char> Base64UrlCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly Lock _gate = new();
    private readonly ECDsa _key = ECDsa.Create();
    private readonly string _header;
    private readonly EndpointId _audience;
    private readonly TimeProvider _time;

    /// <summary>Makes a verifier; throws <see cref="DriveException"/> <c>invalid</c> where the key is not one over P-256 or does not have its id.</summary>
    /// <param name="key">The hub's key, as logging in returned it.</param>
    /// <param name="servingEndpoint">This endpoint.</param>
    /// <param name="time">The clock.</param>
    public TicketVerifier(TicketKey key, EndpointId servingEndpoint, TimeProvider time)
    {
        (_audience, _time) = (servingEndpoint, time);
        _header = TicketFormat.HeaderFor(key.Id);
        if (Import(key))
            return;
        _key.Dispose();
        throw DriveException.Invalid("The hub's public key is not an ECDSA key over P-256.", "Log in again: omnydrive login");
    }

    /// <summary>
    /// The ticket, if the hub signed it for this endpoint, for <paramref name="drive"/>, for all of <paramref name="needed"/> and for now. Otherwise throws
    /// <see cref="DriveException"/>: <c>access_denied</c> where only an action is missing, <c>clock_skew</c> where it was issued further in
    /// the future than clocks may differ, else <c>unauthorized</c>; the caller asks the hub for another ticket.
    /// </summary>
    public Ticket Verify(string? ticket, DriveId drive, DriveActions needed)
    {
        var value = Authenticate(ticket);
        if (value.Audience != _audience || value.Drive.Endpoint != _audience)
            throw Refused($"It is for endpoint {value.Audience}, and this is {_audience}.");
        if (value.Drive != drive)
            throw Refused($"It is for drive {value.Drive}, not {drive}.");
        CheckTime(value);
        if (needed == DriveActions.None || (value.Actions & needed) != needed)
            throw new DriveException(ErrorCode.AccessDenied, $"The ticket for {drive} does not permit to {(needed.HasFlag(DriveActions.Write) ? "write" : "read")}.", "See what the drive permits: omnydrive drives");
        return value;
    }

    private Ticket Authenticate(string? text)
    {
        if (text is null or "")
            throw Refused("There is none.");
        if (text.Length > TicketFormat.MaxLength)
            throw Refused($"It is longer than {TicketFormat.MaxLength} characters.");
        var parts = text.Split('.');
        if (parts.Length != 3 || parts.Any(part => part.AsSpan().ContainsAnyExcept(Base64UrlCharacters)))
            throw Refused("It is malformed.");
        if (!string.Equals(parts[0], _header, StringComparison.Ordinal))
            throw Refused("It was not signed with ES256 by the key of this endpoint's hub.");
        if (!IsSigned(text[..text.LastIndexOf('.')], Decode(parts[2])))
            throw Refused("Its signature is wrong.");
        return TicketFormat.Read(Decode(parts[1])) ?? throw Refused("Its content is malformed.");
    }

    private void CheckTime(Ticket ticket)
    {
        var now = _time.GetUtcNow();
        if (ticket.IssuedAt - now > Ticket.AllowedSkew)
            throw new DriveException(
                ErrorCode.ClockSkew,
                $"The clocks differ too much: the hub issued the ticket at {ticket.IssuedAt:u}, and at endpoint {_audience} it is {now:u}.",
                "Set the clocks of both machines, for example with: timedatectl set-ntp true");
        if (ticket.ExpiresAt <= ticket.IssuedAt || ticket.ExpiresAt - ticket.IssuedAt > Ticket.MaxLifetime)
            throw Refused("It is valid for longer than a ticket may be.");
        if (now - ticket.ExpiresAt >= Ticket.AllowedSkew)
            throw Refused($"It expired at {ticket.ExpiresAt:u}, and at endpoint {_audience} it is {now:u}.");
    }

    // ECDsa promises nothing about concurrent use.
    private bool IsSigned(string signed, byte[] signature)
    {
        lock (_gate)
        {
            return signature.Length == SignatureLength
                && _key.VerifyData(Encoding.ASCII.GetBytes(signed), signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    private bool Import(TicketKey key)
    {
        try
        {
            _key.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out var read);
            return read == key.SubjectPublicKeyInfo.Length && P256.IsCurveOf(_key)
                && key.Id == Convert.ToHexStringLower(SHA256.HashData(key.SubjectPublicKeyInfo));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[] Decode(string part)
    {
        try
        {
            return Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static DriveException Refused(string reason) =>
        new(ErrorCode.Unauthorized, $"The ticket was refused. {reason}", "Run the command again; if it goes on, log in again: omnydrive login");

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _key.Dispose();
}
