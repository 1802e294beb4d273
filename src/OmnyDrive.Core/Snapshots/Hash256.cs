using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using OmnyDrive.Errors;

namespace OmnyDrive.Snapshots;

/// <summary>32 bytes that SHA-256 made. Compared and hashed by value; printed as 64 lower-case hexadecimal digits.</summary>
public readonly record struct Hash256
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly ulong _a, _b, _c, _d;

    /// <summary>Copies 32 bytes; throws <see cref="DriveException"/> <c>invalid</c> for another length.</summary>
    public Hash256(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw DriveException.Invalid($"A hash has {Size} bytes, not {bytes.Length}.");
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>SHA-256 of <paramref name="data"/>.</summary>
    public static Hash256 Of(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(data, hash);
        return new Hash256(hash);
    }

    /// <summary>Writes the 32 bytes to the beginning of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Reads 64 lower-case hexadecimal digits; throws <see cref="DriveException"/> <c>invalid</c> otherwise.</summary>
    public static Hash256 Parse(ReadOnlySpan<char> hex)
    {
        if (hex.Length != 2 * Size || !IsLowerHex(hex))
            throw DriveException.Invalid($"\"{Printable.Of(hex)}\" is not a hash: 64 lower-case hexadecimal digits.");
        return new Hash256(Convert.FromHexString(hex));
    }

    /// <summary>Whether <paramref name="text"/> holds nothing but lower-case hexadecimal digits.</summary>
    internal static bool IsLowerHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);

    /// <summary>The first bytes as a number; hashes are uniform, so this is one too.</summary>
    public override int GetHashCode() => (int)_a;

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
