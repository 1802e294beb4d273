using OmnyDrive.Errors;

namespace OmnyDrive.Snapshots;

/// <summary>
/// A path inside a drive: names joined by <c>/</c>, the root being the empty path. Validated when it is made, so whoever holds
/// one holds a path that cannot leave its root by its spelling. Ordered by the UTF-8 bytes of its names, a directory before what it holds.
/// </summary>
public readonly record struct DrivePath : IComparable<DrivePath>
{
    /// <summary>How many names a path may have.</summary>
    public const int MaxDepth = 128;

    private readonly string? _text;

    private DrivePath(string text) => _text = text;

    /// <summary>The root of a drive.</summary>
    public static DrivePath Root => default;

    /// <summary>Whether this is the root.</summary>
    public bool IsRoot => string.IsNullOrEmpty(_text);

    /// <summary>The last name; empty for the root.</summary>
    public string Name => Text[(Text.LastIndexOf('/') + 1)..];

    /// <summary>Whether the last name is this one.</summary>
    public bool IsNamed(string name) => Text.AsSpan(Text.LastIndexOf('/') + 1).SequenceEqual(name);

    /// <summary>The directory that holds this path; the root for the root.</summary>
    public DrivePath Parent => Text.LastIndexOf('/') is > 0 and var slash ? new DrivePath(Text[..slash]) : Root;

    /// <summary>How many names the path has; 0 for the root.</summary>
    public int Depth => IsRoot ? 0 : Text.AsSpan().Count('/') + 1;

    private string Text => _text ?? "";

    /// <summary>Reads a path; throws <see cref="DriveException"/> <c>invalid</c> saying what is wrong with it.</summary>
    public static DrivePath Parse(string text)
    {
        if (text.Length == 0)
            return Root;
        var depth = 0;
        foreach (var part in text.AsSpan().Split('/'))
        {
            if (NameRules.Refusal(text.AsSpan()[part]) is { } refusal)
                throw DriveException.Invalid($"\"{Printable.Of(text)}\" is not a path in a drive: {refusal}.");
            if (++depth > MaxDepth)
                throw DriveException.Invalid($"\"{Printable.Of(text)}\" is not a path in a drive: it is deeper than {MaxDepth} names.");
        }
        return new DrivePath(text);
    }

    /// <summary>Reads a path; false where it is malformed.</summary>
    public static bool TryParse(string text, out DrivePath path)
    {
        try
        {
            path = Parse(text);
            return true;
        }
        catch (DriveException)
        {
            path = default;
            return false;
        }
    }

    /// <summary>The path of <paramref name="name"/> in this directory; throws <see cref="DriveException"/> <c>invalid</c> where the name is refused.</summary>
    public DrivePath Append(string name)
    {
        if (NameRules.Refusal(name) is { } refusal)
            throw DriveException.Invalid($"\"{Printable.Of(name)}\" is not a name in a drive: {refusal}.");
        return Child(name);
    }

    /// <summary>Whether this path is <paramref name="directory"/> or lies below it.</summary>
    public bool IsAtOrBelow(DrivePath directory) => directory.IsRoot || Text == directory.Text
        || (Text.StartsWith(directory.Text, StringComparison.Ordinal) && Text[directory.Text.Length] == '/');

    /// <summary>Whether this path lies in <paramref name="directory"/> itself, not deeper. The root lies in none.</summary>
    public bool IsIn(DrivePath directory) => !IsRoot && Text.AsSpan(0, Math.Max(0, Text.LastIndexOf('/'))).SequenceEqual(directory.Text);

    // The name in a directory that leads to this, which lies in it or below.
    internal ReadOnlySpan<char> NameBelow(DrivePath directory)
    {
        var rest = Text.AsSpan(directory.IsRoot ? 0 : directory.Text.Length + 1);
        return rest.IndexOf('/') is >= 0 and var slash ? rest[..slash] : rest;
    }

    // The directory so many names deep in which this lies, or this itself; it is no less deep.
    internal DrivePath Top(int depth)
    {
        var end = -1;
        for (var names = 0; names < depth && (names == 0 || end >= 0); names++)
            end = Text.IndexOf('/', end + 1);
        return end < 0 ? this : new DrivePath(Text[..end]);
    }

    // Where this is, which is a directory or lies in it, once that directory has another path; neither is the root.
    internal DrivePath Moved(DrivePath directory, DrivePath to) => new(string.Concat(to.Text, Text.AsSpan(directory.Text.Length)));

    // Whether this lies in a directory as another path does in another directory, or each is the directory itself.
    internal bool IsBelowAs(DrivePath directory, DrivePath other, DrivePath otherDirectory) => Text.AsSpan(directory.Text.Length).SequenceEqual(other.Text.AsSpan(otherDirectory.Text.Length));

    /// <inheritdoc/>
    public int CompareTo(DrivePath other)
    {
        // '/' sorts before every character a name may have in a path's order, so that a directory's content follows it.
        ReadOnlySpan<char> a = Text, b = other.Text;
        var common = a.CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
            return a.Length - b.Length;
        return a[common] == '/' ? -1 : b[common] == '/' ? 1 : Utf8Order.Compare(a, b);
    }

    /// <summary>
    /// For names that came out of a <see cref="Tree"/> and so were checked already. The depth was not: a peer may send trees nested
    /// without end, and every walk over them stops here.
    /// </summary>
    internal DrivePath Child(string name) => Depth < MaxDepth
        ? new(IsRoot ? name : $"{Text}/{name}")
        : throw DriveException.Invalid($"\"{Printable.Of(Text)}\" is already {MaxDepth} names deep.", "Nothing deeper can be in a drive.");

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Value equality treats <c>default</c> and the root alike.</summary>
    public bool Equals(DrivePath other) => Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Order of paths.</summary>
    public static bool operator <(DrivePath left, DrivePath right) => left.CompareTo(right) < 0;

    /// <summary>Order of paths.</summary>
    public static bool operator >(DrivePath left, DrivePath right) => left.CompareTo(right) > 0;

    /// <summary>Order of paths.</summary>
    public static bool operator <=(DrivePath left, DrivePath right) => left.CompareTo(right) <= 0;

    /// <summary>Order of paths.</summary>
    public static bool operator >=(DrivePath left, DrivePath right) => left.CompareTo(right) >= 0;
}
