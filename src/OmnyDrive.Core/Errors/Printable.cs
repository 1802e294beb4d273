using System.Globalization;
using System.Text;

namespace OmnyDrive.Errors;

/// <summary>How messages quote text that somebody else chose.</summary>
internal static class Printable
{
    private const int Shown = 200;

    /// <summary>
    /// The text without what would write on a terminal (control characters, line breaks) or turn other text around (bidirectional
    /// overrides), which print as escapes, and without what lies behind 200 characters.
    /// </summary>
    internal static string Of(ReadOnlySpan<char> text)
    {
        var cut = text.Length > Shown;
        var printed = new StringBuilder();
        foreach (var rune in (cut ? text[..Shown] : text).EnumerateRunes())
            printed.Append(IsHarmful(rune) ? $"\\u{rune.Value:x4}" : rune.ToString());
        return printed.Append(cut ? "…" : "").ToString();
    }

    private static bool IsHarmful(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
