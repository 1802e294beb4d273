using System.Security.Cryptography;

namespace OmnyDrive.Engine.Hubs;

internal static class P256
{
    private const string Oid = "1.2.840.10045.3.1.7";

    public static bool IsCurveOf(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        // Some platforms give the name only.
        return curve.IsNamed && (curve.Oid.Value == Oid || curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256");
    }
}
