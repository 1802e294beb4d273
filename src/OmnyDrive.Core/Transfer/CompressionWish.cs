using System.Globalization;
using OmnyDrive.Errors;

namespace OmnyDrive.Transfer;

/// <summary>What one side of a link asks the other to do about compression, and how far away it knows it to be.</summary>
/// <param name="Mode">When to compress.</param>
/// <param name="RoundTrip">The round trip of the link; null where nobody has measured it.</param>
public readonly record struct CompressionWish(CompressionMode Mode, TimeSpan? RoundTrip = null)
{
    private const string Prefix = "auto; rtt=";

    private const int LongestMilliseconds = 60_000;

    /// <summary>The wish as it stands in a request header; null for never, which is said by saying nothing.</summary>
    public string? ToText() => Mode switch
    {
        CompressionMode.Never => null,
        CompressionMode.Always => "always",
        _ when RoundTrip is { } time => Prefix + Math.Min(Math.Max((long)time.TotalMilliseconds, 0), LongestMilliseconds).ToString(CultureInfo.InvariantCulture),
        _ => "auto",
    };

    /// <summary>Reads what <see cref="ToText"/> wrote. Throws <c>protocol_error</c> for anything else.</summary>
    public static CompressionWish Parse(string? text) => text switch
    {
        null => new CompressionWish(CompressionMode.Never),
        "always" => new CompressionWish(CompressionMode.Always),
        "auto" => new CompressionWish(CompressionMode.Auto),
        _ when text.StartsWith(Prefix, StringComparison.Ordinal) => new CompressionWish(CompressionMode.Auto, Milliseconds(text.AsSpan(Prefix.Length))),
        _ => throw Unknown(),
    };

    private static TimeSpan Milliseconds(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= LongestMilliseconds && (digits.Length == 1 || digits[0] != '0')
            ? TimeSpan.FromMilliseconds(value)
            : throw Unknown();

    private static DriveException Unknown() => DriveException.Protocol("The request asks for a compression that is not known here.");
}
