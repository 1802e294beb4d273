namespace OmnyDrive.Filtering;

/// <summary>One line of an ignore file, or one flag, with the meaning that git gives it.</summary>
internal sealed class Pattern
{
    private readonly bool _directoriesOnly;
    private readonly bool _wholePath;
    private readonly byte[] _beginning;
    private readonly Glob? _glob;

    private Pattern(bool negated, bool directoriesOnly, bool wholePath, ReadOnlySpan<byte> beginning, Glob? glob)
    {
        Negated = negated;
        _directoriesOnly = directoriesOnly;
        _wholePath = wholePath;
        _beginning = beginning.ToArray();
        _glob = glob;
    }

    /// <summary>Whether it began with <c>!</c> and so takes back what a pattern before it said.</summary>
    internal bool Negated { get; }

    /// <summary>Reads a pattern; null where it can match nothing: it names nothing, a class is malformed, or a backslash ends it.</summary>
    internal static Pattern? Parse(ReadOnlySpan<byte> text)
    {
        var negated = text.StartsWith((byte)'!');
        if (negated)
            text = text[1..];
        var directoriesOnly = text.EndsWith((byte)'/');
        if (directoriesOnly)
            text = text[..^1];
        // A slash anywhere, even an escaped one, makes it a pattern for paths from the directory of its file on.
        var wholePath = text.Contains((byte)'/');
        if (text.StartsWith((byte)'/'))
            text = text[1..];
        if (text.IsEmpty)
            return null;
        // As in git before 2.52, a glob begins behind the literal text: in `/a**/b` the stars count as a name of their own.
        var plain = text.IndexOfAny("*?[\\"u8);
        if (plain < 0)
            return new Pattern(negated, directoriesOnly, wholePath, text, null);
        return Glob.Read(text[plain..]) is { } glob ? new Pattern(negated, directoriesOnly, wholePath, text[..plain], glob) : null;
    }

    /// <summary>Whether it matches; <paramref name="start"/> is where the path begins for the file that holds the pattern.</summary>
    internal bool Matches(in Candidate candidate, int start)
    {
        if (_directoriesOnly && !candidate.IsDirectory)
            return false;
        var text = _wholePath ? candidate.Path[start..] : candidate.Name;
        if (_glob is null)
            return text.SequenceEqual(_beginning);
        return text.StartsWith(_beginning) && _glob.Matches(text[_beginning.Length..]);
    }
}
