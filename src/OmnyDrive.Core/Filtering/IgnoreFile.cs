using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Filtering;

/// <summary>
/// The patterns in a <c>.omnyignore</c> or <c>.gitignore</c>, read as git reads them: one a line; an empty line and a line that begins
/// with <c>#</c> say nothing; a byte order mark, a CR before the line's end and spaces at the end that no backslash precedes are no
/// part of it. Bytes are compared as they are, so the encoding is that of the names. A line that can match nothing, such as
/// <c>[a-</c>, matches nothing; unlike in git, so does one longer than <see cref="FilterOptions.MaxPatternBytes"/>.
/// </summary>
public sealed class IgnoreFile
{
    /// <summary>The longest ignore file, in bytes.</summary>
    public const int MaxBytes = (1 << 20) - 1;

    /// <summary>The most patterns in one.</summary>
    public const int MaxPatterns = 10_000;

    private IgnoreFile(IReadOnlyList<Pattern> patterns, Hash256 hash)
    {
        Patterns = patterns;
        Hash = hash;
    }

    internal IReadOnlyList<Pattern> Patterns { get; }

    /// <summary>The hash of the file's content.</summary>
    public ContentHash Content => new(Hash);

    internal Hash256 Hash { get; }

    /// <summary>
    /// Reads the content of an ignore file. Throws <see cref="DriveException"/> <c>invalid</c> where it is longer than
    /// <see cref="MaxBytes"/> or has more than <see cref="MaxPatterns"/>: to go on without its patterns would bring into the drive what somebody wanted to leave out.
    /// </summary>
    public static IgnoreFile Parse(ReadOnlySpan<byte> content)
    {
        if (content.Length > MaxBytes)
            throw DriveException.Invalid($"An ignore file has {content.Length} bytes; at most {MaxBytes} are read.", "Shorten it: one pattern can name a whole directory.");
        var hash = Hash256.Of(content);
        if (content.StartsWith("\uFEFF"u8))
            content = content["\uFEFF"u8.Length..];
        var patterns = new List<Pattern>();
        foreach (var range in content.Split((byte)'\n'))
        {
            if (PatternIn(content[range]) is not { } pattern)
                continue;
            if (patterns.Count == MaxPatterns)
                throw DriveException.Invalid($"An ignore file has more than {MaxPatterns} patterns.", "Shorten it: one pattern can name a whole directory.");
            patterns.Add(pattern);
        }
        return new IgnoreFile(patterns, hash);
    }

    private static Pattern? PatternIn(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith((byte)'#'))
            return null;
        if (line.EndsWith((byte)'\r'))
            line = line[..^1];
        // Git reads a line as a C string.
        if (line.IndexOf((byte)0) is >= 0 and var nul)
            line = line[..nul];
        line = WithoutTrailingSpaces(line);
        return line.Length <= FilterOptions.MaxPatternBytes ? Pattern.Parse(line) : null;
    }

    private static ReadOnlySpan<byte> WithoutTrailingSpaces(ReadOnlySpan<byte> line)
    {
        var trimmed = line.TrimEnd((byte)' ');
        if (trimmed.Length == line.Length)
            return line;
        // After an odd number of backslashes the first space is escaped, and stays.
        var escapes = trimmed.Length - trimmed.TrimEnd((byte)'\\').Length;
        return escapes % 2 == 0 ? trimmed : line[..(trimmed.Length + 1)];
    }
}
