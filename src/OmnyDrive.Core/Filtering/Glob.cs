namespace OmnyDrive.Filtering;

/// <summary>
/// A pattern with wildcards, ready to be compared. Comparing takes at most (names in the path) × (bytes of the path) × (parts)
/// steps, whatever a hostile pattern looks like, and no memory.
/// </summary>
internal sealed class Glob
{
    private readonly GlobPart[] _parts;
    private readonly byte[] _ending;

    private Glob(GlobPart[] parts)
    {
        _parts = parts;
        var literals = 0;
        while (literals < parts.Length && parts[^(literals + 1)].Kind == GlobKind.Literal)
            literals++;
        _ending = [.. parts[^literals..].Select(part => part.Value)];
    }

    /// <summary>The glob that is written so; null where it matches nothing.</summary>
    internal static Glob? Read(ReadOnlySpan<byte> pattern) => GlobReader.Read(pattern) is { } parts ? new Glob(parts) : null;

    /// <summary>Whether the whole of <paramref name="text"/> is as the pattern says.</summary>
    internal bool Matches(ReadOnlySpan<byte> text) => text.EndsWith(_ending) && Walk(text);

    private bool Walk(ReadOnlySpan<byte> text)
    {
        // A part that takes any length takes the least at first. To have come as early as possible to the last star, or to the last
        // `**/`, leaves every later way open, so only the last of each is ever given more.
        int at = 0, part = 0, starPart = -1, starAt = 0, treePart = -1, treeAt = 0;
        while (true)
        {
            if (part == _parts.Length && at == text.Length)
                return true;
            switch (part < _parts.Length ? _parts[part].Kind : GlobKind.Literal)
            {
                case GlobKind.Rest:
                    return true;
                case GlobKind.Star:
                    (starPart, starAt) = (++part, at);
                    continue;
                case GlobKind.Directories:
                    (treePart, treeAt, starPart) = (++part, at, -1);
                    continue;
                case GlobKind.SomeDirectories:
                    if (!SkipName(text, ref at))
                        return false;
                    (treePart, treeAt, starPart) = (++part, at, -1);
                    continue;
            }
            if (part < _parts.Length && at == text.Length)
                return false; // Too short, and shorter still for whatever begins later.
            if (part < _parts.Length && _parts[part].Takes(text[at]))
                (part, at) = (part + 1, at + 1);
            else if (starPart >= 0 && text[starAt] != '/')
                (part, at) = (starPart, ++starAt);
            else if (treePart >= 0 && SkipName(text, ref treeAt))
                (part, at, starPart) = (treePart, treeAt, -1);
            else
                return false;
        }
    }

    private static bool SkipName(ReadOnlySpan<byte> text, ref int at)
    {
        var slash = text[at..].IndexOf((byte)'/');
        at += slash + 1;
        return slash >= 0;
    }
}
