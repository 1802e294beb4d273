using System.Globalization;
using System.Text;

namespace OmnyDrive.Cli.Output;

/// <summary>Makes text from files and peers fit for a terminal.</summary>
internal static class Printable
{
    /// <summary>
    /// The same text with every character escaped that a terminal would obey or not show: controls, invisible formatting (which can
    /// turn the direction of text), line separators, and halves of surrogate pairs. What is printable comes back as it is.
    /// </summary>
    public static string Of(string text)
    {
        var clean = true;
        foreach (var rune in text.EnumerateRunes())
            clean &= IsPrintable(rune);
        return clean ? text : Escape(text);
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) == System.Buffers.OperationStatus.Done && IsPrintable(rune))
                escaped.Append(text, i, length);
            else
                escaped.Append(text.Substring(i, length).Aggregate("", (sum, c) => $"{sum}\\u{(int)c:x4}"));
            i += length;
        }
        return escaped.ToString();
    }

    private static bool IsPrintable(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
