using System.Buffers;
using System.Globalization;
using System.Text;

namespace OmnyDrive.Drives;

/// <summary>Turns a name a person chose into one that an id may contain.</summary>
public static class Slug
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>
    /// Lower-cases, strips diacritics and replaces each run of other characters by one dash.
    /// Returns an empty string where nothing usable is left.
    /// </summary>
    /// <param name="name">Any text.</param>
    /// <param name="alsoAllowed">Punctuation that the id permits behind its first character.</param>
    /// <param name="maxLength">Characters the id may have at most.</param>
    public static string Of(string name, string alsoAllowed, int maxLength)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
                continue;
            var lower = char.ToLowerInvariant(c);
            if (Letters.Contains(lower) || (slug.Length > 0 && alsoAllowed.Contains(lower)))
                slug.Append(lower);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }
        if (slug.Length > maxLength)
            slug.Length = maxLength;
        return slug.ToString().TrimEnd('-');
    }

    /// <summary>Whether <paramref name="text"/> is one lower-case letter or digit followed by letters, digits and <paramref name="alsoAllowed"/>.</summary>
    internal static bool IsValid(ReadOnlySpan<char> text, string alsoAllowed, int maxLength)
    {
        if (text.Length == 0 || text.Length > maxLength || !Letters.Contains(text[0]))
            return false;
        foreach (var c in text)
        {
            if (!Letters.Contains(c) && !alsoAllowed.Contains(c))
                return false;
        }
        return true;
    }
}
