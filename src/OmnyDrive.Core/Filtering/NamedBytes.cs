namespace OmnyDrive.Filtering;

/// <summary>What <c>[:alpha:]</c> and its like stand for: ASCII alone, whatever the locale.</summary>
internal static class NamedBytes
{
    /// <summary>Which bytes have the name, or null where there is no such name.</summary>
    internal static Func<char, bool>? Find(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("alnum"u8) => char.IsAsciiLetterOrDigit,
        _ when name.SequenceEqual("alpha"u8) => char.IsAsciiLetter,
        _ when name.SequenceEqual("blank"u8) => c => c is ' ' or '\t',
        _ when name.SequenceEqual("cntrl"u8) => c => c is < ' ' or '\x7f',
        _ when name.SequenceEqual("digit"u8) => char.IsAsciiDigit,
        _ when name.SequenceEqual("graph"u8) => IsGraphic,
        _ when name.SequenceEqual("lower"u8) => char.IsAsciiLetterLower,
        _ when name.SequenceEqual("print"u8) => c => c == ' ' || IsGraphic(c),
        _ when name.SequenceEqual("punct"u8) => c => IsGraphic(c) && !char.IsAsciiLetterOrDigit(c),
        // Git knows neither the vertical tab nor the form feed.
        _ when name.SequenceEqual("space"u8) => c => c is ' ' or '\t' or '\n' or '\r',
        _ when name.SequenceEqual("upper"u8) => char.IsAsciiLetterUpper,
        _ when name.SequenceEqual("xdigit"u8) => char.IsAsciiHexDigit,
        _ => null,
    };

    private static bool IsGraphic(char c) => c is > ' ' and < '\x7f';
}
