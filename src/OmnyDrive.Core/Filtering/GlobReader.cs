namespace OmnyDrive.Filtering;

/// <summary>Reads the text of a pattern, behind its literal beginning, into the parts of a <see cref="Glob"/>.</summary>
internal static class GlobReader
{
    /// <summary>The parts; null where a class is malformed or a backslash has nothing behind it, for such a pattern matches nothing.</summary>
    internal static GlobPart[]? Read(ReadOnlySpan<byte> pattern)
    {
        var parts = new List<GlobPart>();
        for (var at = 0; at < pattern.Length;)
        {
            if (ReadPart(pattern, ref at) is not { } part)
                return null;
            parts.Add(part);
        }
        return [.. parts];
    }

    private static GlobPart? ReadPart(ReadOnlySpan<byte> pattern, ref int at)
    {
        switch (pattern[at])
        {
            case (byte)'*':
                return ReadStars(pattern, ref at);
            case (byte)'?':
                at++;
                return new GlobPart(GlobKind.AnyByte);
            case (byte)'[':
                return ByteClass.Read(pattern, ref at) is { } set ? new GlobPart(GlobKind.OneOf, Set: set) : null;
            case (byte)'\\':
                at++;
                break;
        }
        return at < pattern.Length ? new GlobPart(GlobKind.Literal, pattern[at++]) : null;
    }

    // Two stars or more are about directories only where they are a name of their own; beside text they are one star.
    private static GlobPart ReadStars(ReadOnlySpan<byte> pattern, ref int at)
    {
        var start = at;
        while (at < pattern.Length && pattern[at] == '*')
            at++;
        var behind = pattern[at..];
        if (at - start < 2 || (start > 0 && pattern[start - 1] != '/'))
            return new GlobPart(GlobKind.Star);
        if (behind.IsEmpty)
            return new GlobPart(GlobKind.Rest);
        if (behind[0] == '/')
        {
            at++;
            return new GlobPart(GlobKind.Directories);
        }
        if (!behind.StartsWith("\\/"u8))
            return new GlobPart(GlobKind.Star);
        at += 2;
        return new GlobPart(GlobKind.SomeDirectories);
    }
}
