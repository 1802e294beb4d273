using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace OmnyDrive.Drives;

/// <summary>Turns a name a person chose into one that an id may contain.</summary>
public static class Slug
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    // By hand, because string normalization does nothing where globalization is invariant, as it is in our own programs, and
    // throws on malformed text where it is not: an id must come out the same everywhere.
    private static readonly FrozenDictionary<char, string> Plain = new (string Marked, string Plain)[]
    {
        ("àáâãäåāăą", "a"), ("æ", "ae"), ("çćĉċč", "c"), ("ďđð", "d"), ("èéêëēĕėęě", "e"), ("ĝğġģ", "g"), ("ĥħ", "h"), ("ìíîïĩīĭįıİ", "i"), ("ĵ", "j"),
        ("ķ", "k"), ("ĺļľŀł", "l"), ("ñńņňŉ", "n"), ("òóôõöøōŏő", "o"), ("œ", "oe"), ("ŕŗř", "r"), ("śŝşšș", "s"), ("ß", "ss"), ("ţťŧț", "t"),
        ("þ", "th"), ("ùúûüũūŭůűų", "u"), ("ŵ", "w"), ("ýÿŷ", "y"), ("źżž", "z"),
    }.SelectMany(row => row.Marked.Select(marked => KeyValuePair.Create(marked, row.Plain))).ToFrozenDictionary();

    /// <summary>
    /// Lower-cases, strips the diacritics of Latin letters and replaces each run of other characters by one dash.
    /// Returns an empty string where nothing usable is left.
    /// </summary>
    /// <param name="name">Any text.</param>
    /// <param name="alsoAllowed">Punctuation that the id permits behind its first character.</param>
    /// <param name="maxLength">Characters the id may have at most.</param>
    public static string Of(string name, string alsoAllowed, int maxLength)
    {
        var slug = new StringBuilder(name.Length);
        var gap = false;
        foreach (var c in name)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
                continue;
            var lower = char.ToLowerInvariant(c);
            var letters = Letters.Contains(lower) || (slug.Length > 0 && alsoAllowed.Contains(lower)) ? lower.ToString() : Plain.GetValueOrDefault(lower);
            if (letters is null)
            {
                gap = slug.Length > 0;
                continue;
            }
            if (gap && slug[^1] != '-' && lower != '-')
                slug.Append('-');
            slug.Append(letters);
            gap = false;
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
