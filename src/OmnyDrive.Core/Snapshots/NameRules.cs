using System.Buffers;
using System.Text;

namespace OmnyDrive.Snapshots;

/// <summary>Which names a tree may hold anywhere, and which are private to the tools that keep them.</summary>
public static class NameRules
{
    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int MaxBytes = 255;

    /// <summary>The directory in a root that belongs to OmnyDrive.</summary>
    public const string PrivateDirectory = ".omnydrive";

    private const string GitDirectory = ".git";

    // What most names are made of: nothing of it is refused.
    private static readonly SearchValues<char> _plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Except(['/', '\\'])]);

    /// <summary>Why no tree can hold <paramref name="name"/>, or null where it can.</summary>
    public static string? Refusal(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
            return "a name is empty";
        if (name is "." or "..")
            return $"\"{name}\" is not a name";
        if (name.Length <= MaxBytes && !name.ContainsAnyExcept(_plain))
            return null;
        foreach (var c in name)
        {
            if (char.IsControl(c))
                return "a name has a control character";
        }
        if (HasUnpairedSurrogate(name))
            return "a name is not valid Unicode";
        if (name.ContainsAny('/', '\\'))
            return "a name has a slash or backslash";
        return Encoding.UTF8.GetByteCount(name) > MaxBytes ? $"a name is longer than {MaxBytes} bytes" : null;
    }

    /// <summary>
    /// Whether <paramref name="name"/> is left out of every tree without a word: <c>.omnydrive</c> and <c>.git</c>, also in the
    /// spellings that some file system takes for them (case, trailing dots and spaces, alternate streams, ignorable code points, short names).
    /// </summary>
    public static bool IsPrivate(ReadOnlySpan<char> name)
    {
        // Nothing before the first of these letters is left out of the comparison but what is not ASCII.
        if (name.IsEmpty || (char.IsAscii(name[0]) && !".gGoO".Contains(name[0])))
            return false;
        Span<char> folded = stackalloc char[name.Length <= MaxBytes ? name.Length : 0];
        if (folded.IsEmpty)
            return false;
        var length = 0;
        foreach (var c in name)
        {
            if (c == ':')
                break;
            if (!IsIgnorable(c))
                folded[length++] = char.ToLowerInvariant(c);
        }
        var plain = folded[..length].TrimEnd(". ");
        return plain is GitDirectory or PrivateDirectory || IsShortName(plain, "git~") || IsShortName(plain, "omnydr~");
    }

    private static bool IsShortName(ReadOnlySpan<char> name, ReadOnlySpan<char> stem) =>
        name.StartsWith(stem) && name.Length == stem.Length + 1 && char.IsAsciiDigit(name[^1]);

    // The code points that HFS+ ignores when it compares names.
    private static bool IsIgnorable(char c) =>
        c is (>= '\u200C' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u206A' and <= '\u206F') or '\uFEFF';

    internal static bool HasUnpairedSurrogate(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (!char.IsSurrogate(name[i]))
                continue;
            if (i + 1 == name.Length || !char.IsSurrogatePair(name[i], name[i + 1]))
                return true;
            i++;
        }
        return false;
    }
}
