using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Hub.Tests;

public sealed class TicketTests : IDisposable
{
    private static readonly EndpointId Alpha = EndpointId.Parse("alpha");
    private static readonly DriveId Docs = DriveId.Parse("alpha/docs");

    private readonly ManualTime _time = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TicketSigner _signer;
    private readonly TicketVerifier _verifier;

    public TicketTests()
    {
        _signer = TicketSigner.FromPkcs8(_key.ExportPkcs8PrivateKey());
        _verifier = new TicketVerifier(_signer.Key, Alpha, _time);
    }

    public void Dispose()
    {
        _verifier.Dispose();
        _signer.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void A_ticket_comes_back_as_it_was_signed()
    {
        var ticket = Ticket();
        Assert.Equal(ticket, _verifier.Verify(_signer.Sign(ticket), Docs, DriveActions.Read));
    }

    [Fact]
    public void The_header_names_es256_the_type_and_the_key_and_nothing_else() => Assert.Equal(
        $$"""{"alg":"ES256","typ":"omnydrive-ticket+jwt","kid":"{{_signer.Key.Id}}"}""",
        Encoding.UTF8.GetString(Base64Url.DecodeFromChars(_signer.Sign(Ticket()).Split('.')[0])));

    [Fact]
    public void A_hand_made_ticket_is_taken_so_the_refusals_below_have_their_own_reasons() =>
        Assert.Equal(Ticket(), _verifier.Verify(Signed(Header(), Payload()), Docs, DriveActions.Read));

    [Fact]
    public void Alg_none_is_refused()
    {
        var none = Encode($$"""{"alg":"none","typ":"omnydrive-ticket+jwt","kid":"{{_signer.Key.Id}}"}""");
        Refused(ErrorCode.Unauthorized, $"{none}.{Encode(Payload())}.");
        Refused(ErrorCode.Unauthorized, $"{Encode(Header())}.{Encode(Payload())}.");
    }

    [Fact]
    public void Hs256_with_the_public_key_as_its_secret_is_refused()
    {
        var header = Header().Replace("ES256", "HS256", StringComparison.Ordinal);
        var signed = $"{Encode(header)}.{Encode(Payload())}";
        var mac = HMACSHA256.HashData(_signer.Key.SubjectPublicKeyInfo, Encoding.ASCII.GetBytes(signed));
        Refused(ErrorCode.Unauthorized, $"{signed}.{Base64Url.EncodeToString(mac)}");
    }

    [Fact]
    public void A_key_that_is_not_the_hubs_is_refused()
    {
        using var other = TicketSigner.Create();
        Refused(ErrorCode.Unauthorized, other.Sign(Ticket()));
    }

    [Fact]
    public void Another_key_under_the_hubs_key_id_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Refused(ErrorCode.Unauthorized, Signed(Header(), Payload(), other));
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("omnydrive-token+jwt")]
    public void Another_type_is_refused_even_when_the_hub_signed_it(string type) =>
        Refused(ErrorCode.Unauthorized, Signed(Header().Replace("omnydrive-ticket+jwt", type, StringComparison.Ordinal), Payload()));

    [Fact]
    public void A_header_with_more_in_it_is_refused() =>
        Refused(ErrorCode.Unauthorized, Signed(Header().Replace("}", ",\"jwk\":{}}", StringComparison.Ordinal), Payload()));

    [Fact]
    public void A_ticket_for_another_endpoint_is_refused()
    {
        Refused(ErrorCode.Unauthorized, _signer.Sign(Ticket() with { Audience = EndpointId.Parse("beta") }));
        using var beta = new TicketVerifier(_signer.Key, EndpointId.Parse("beta"), _time);
        Assert.Equal(ErrorCode.Unauthorized, Assert.Throws<DriveException>(() => beta.Verify(_signer.Sign(Ticket()), Docs, DriveActions.Read)).Code);
    }

    [Fact]
    public void A_ticket_for_another_drive_is_refused() => Refused(ErrorCode.Unauthorized, _signer.Sign(Ticket() with { Drive = DriveId.Parse("alpha/other") }));

    [Fact]
    public void A_ticket_to_read_does_not_permit_to_write() => Refused(ErrorCode.AccessDenied, _signer.Sign(Ticket()), DriveActions.Write);

    [Fact]
    public void A_ticket_to_write_does_not_permit_to_read() => Refused(ErrorCode.AccessDenied, _signer.Sign(Ticket() with { Actions = DriveActions.Write }));

    [Fact]
    public void An_expired_ticket_is_taken_for_as_long_as_clocks_may_differ_and_then_refused()
    {
        var ticket = _signer.Sign(Ticket());
        _time.Advance(TimeSpan.FromMinutes(6) - TimeSpan.FromSeconds(1));
        _verifier.Verify(ticket, Docs, DriveActions.Read);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("expired", Refused(ErrorCode.Unauthorized, ticket).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ticket_from_the_future_is_taken_for_as_long_as_clocks_may_differ_and_then_names_both_times()
    {
        var now = _time.GetUtcNow();
        _verifier.Verify(_signer.Sign(From(now + TimeSpan.FromSeconds(60))), Docs, DriveActions.Read);
        var refused = Refused(ErrorCode.ClockSkew, _signer.Sign(From(now + TimeSpan.FromSeconds(61))));
        Assert.Contains("2030-01-01 12:00:00Z", refused.Message, StringComparison.Ordinal);
        Assert.Contains("2030-01-01 12:01:01Z", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lifetime_over_ten_minutes_is_refused() =>
        Refused(ErrorCode.Unauthorized, _signer.Sign(Ticket() with { ExpiresAt = _time.GetUtcNow() + TimeSpan.FromSeconds(601) }));

    [Fact]
    public void A_payload_that_was_changed_is_refused()
    {
        var parts = _signer.Sign(Ticket()).Split('.');
        var more = Payload().Replace("[\"read\"]", "[\"read\",\"write\"]", StringComparison.Ordinal);
        Refused(ErrorCode.Unauthorized, $"{parts[0]}.{Encode(more)}.{parts[2]}");
    }

    [Fact]
    public void Each_changed_bit_of_a_signature_is_noticed()
    {
        var parts = _signer.Sign(Ticket()).Split('.');
        var signature = Base64Url.DecodeFromChars(parts[2]);
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Refused(ErrorCode.Unauthorized, $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(signature)}");
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Duplicate_keys_are_refused_even_when_the_hub_signed_them() =>
        Refused(ErrorCode.Unauthorized, Signed(Header(), Payload().Replace("{", "{\"aud\":\"alpha\",", StringComparison.Ordinal)));

    [Fact]
    public void A_signature_in_der_is_refused()
    {
        var signed = $"{Encode(Header())}.{Encode(Payload())}";
        var der = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Refused(ErrorCode.Unauthorized, $"{signed}.{Base64Url.EncodeToString(der)}");
    }

    [Theory]
    [InlineData("\"iat\":", "\"iat\":\"x\",\"y\":")]
    [InlineData("\"act\":[\"read\"]", "\"act\":[\"admin\"]")]
    [InlineData("\"act\":[\"read\"]", "\"act\":null")]
    [InlineData("\"sub\":\"beta\"", "\"sub\":\"../beta\"")]
    [InlineData("\"iat\":1893499200", "\"iat\":-1")]
    [InlineData("\"exp\":1893499500", "\"exp\":9223372036854775807")]
    [InlineData("\"jti\":\"0\"", "\"jti\":\"0\",\"more\":1")]
    public void A_payload_that_no_hub_writes_is_refused_even_when_the_hub_signed_it(string from, string to)
    {
        Assert.Contains(from, Payload(), StringComparison.Ordinal);
        Refused(ErrorCode.Unauthorized, Signed(Header(), Payload().Replace(from, to, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c.d")]
    [InlineData("a b.c.d")]
    [InlineData("é.é.é")]
    public void What_is_no_ticket_is_refused(string? text) => Refused(ErrorCode.Unauthorized, text);

    [Fact]
    public void A_ticket_over_eight_kibibytes_is_refused_before_it_is_read()
    {
        var large = _signer.Sign(Ticket() with { Id = new string('i', 8 * 1024) });
        Assert.Contains("8192", Refused(ErrorCode.Unauthorized, large).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_key_that_does_not_have_its_id_is_refused() =>
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => new TicketVerifier(_signer.Key with { Id = new string('0', 64) }, Alpha, _time)).Code);

    [Fact]
    public void A_key_over_another_curve_is_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var spki = p384.ExportSubjectPublicKeyInfo();
        var key = new TicketKey(Convert.ToHexStringLower(SHA256.HashData(spki)), spki);
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => new TicketVerifier(key, Alpha, _time)).Code);
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => TicketSigner.FromPkcs8(p384.ExportPkcs8PrivateKey())).Code);
    }

    private Ticket Ticket() => From(_time.GetUtcNow());

    private static Ticket From(DateTimeOffset time) =>
        new(Alpha, EndpointId.Parse("beta"), Docs, DriveActions.Read, 1, time, time + TimeSpan.FromMinutes(5), "0");

    private string Header() => $$"""{"alg":"ES256","typ":"omnydrive-ticket+jwt","kid":"{{_signer.Key.Id}}"}""";

    private static string Payload() =>
        """{"aud":"alpha","sub":"beta","drive":"alpha/docs","act":["read"],"epoch":1,"iat":1893499200,"exp":1893499500,"jti":"0"}""";

    private string Signed(string header, string payload, ECDsa? key = null)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        var signature = (key ?? _key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private DriveException Refused(string code, string? ticket, DriveActions needed = DriveActions.Read)
    {
        var refused = Assert.Throws<DriveException>(() => _verifier.Verify(ticket, Docs, needed));
        Assert.Equal(code, refused.Code);
        return refused;
    }
}
