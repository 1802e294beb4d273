using System.Text;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Filtering;

/// <summary>
/// What a publisher chose to leave out of a drive, beside what the ignore files in it say. Compared by value, lists in their order.
/// Whatever makes one throws <see cref="DriveException"/> <c>invalid</c> for a list of more than <see cref="MaxPatterns"/> or
/// <see cref="MaxListBytes"/>, for a pattern that is empty, too long, of more than one line or unable to match anything, and for an ignore file's name that no drive can hold.
/// </summary>
/// <param name="Include">Where there are any, the drive holds only what they match, and what lies in directories that they match.</param>
/// <param name="Exclude">What they match is not in the drive, whatever else says; a <c>!</c> takes back what an ignore file in the root says.</param>
/// <param name="IgnoreFile">The name of the files with further patterns, in every directory.</param>
/// <param name="Gitignore">Whether <c>.gitignore</c> files count too, before those.</param>
public sealed record FilterOptions(IReadOnlyList<string> Include, IReadOnlyList<string> Exclude, string IgnoreFile, bool Gitignore)
{
    /// <summary>How many patterns each list may have.</summary>
    public const int MaxPatterns = 1000;

    /// <summary>The longest pattern, in bytes of UTF-8.</summary>
    public const int MaxPatternBytes = 4096;

    /// <summary>How long the patterns of each list may be together, in bytes of UTF-8: whoever syncs asks for them each time.</summary>
    public const int MaxListBytes = 64 << 10;

    /// <summary>What the ignore files are called unless the publisher says otherwise.</summary>
    public const string DefaultIgnoreFile = ".omnyignore";

    private const string GitignoreFile = ".gitignore";

    /// <summary>Nothing but the <c>.omnyignore</c> files.</summary>
    public static FilterOptions Default { get; } = new([], [], DefaultIgnoreFile, false);

    /// <inheritdoc cref="FilterOptions" path="/param[@name='Include']"/>
    public IReadOnlyList<string> Include { get; init => field = Checked(value); } = Checked(Include);

    /// <inheritdoc cref="FilterOptions" path="/param[@name='Exclude']"/>
    public IReadOnlyList<string> Exclude { get; init => field = Checked(value); } = Checked(Exclude);

    /// <inheritdoc cref="FilterOptions" path="/param[@name='IgnoreFile']"/>
    public string IgnoreFile { get; init => field = CheckedName(value); } = CheckedName(IgnoreFile);

    /// <summary>The names of the files that count in a directory, lowest precedence first.</summary>
    public IReadOnlyList<string> IgnoreFileNames => Gitignore && IgnoreFile != GitignoreFile ? [GitignoreFile, IgnoreFile] : [IgnoreFile];

    /// <summary>Whether a path has the name of a file that counts in its directory.</summary>
    public bool IsIgnoreFile(DrivePath path) => path.IsNamed(IgnoreFile) || (Gitignore && path.IsNamed(GitignoreFile));

    /// <summary>Whether all is the same.</summary>
    public bool Equals(FilterOptions? other) => other is not null && IgnoreFile == other.IgnoreFile && Gitignore == other.Gitignore
        && Include.SequenceEqual(other.Include) && Exclude.SequenceEqual(other.Exclude);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(IgnoreFile);
        hash.Add(Gitignore);
        foreach (var pattern in Include.Append("\0").Concat(Exclude))
            hash.Add(pattern);
        return hash.ToHashCode();
    }

    // Copies, so that nobody changes a list that was checked.
    private static string[] Checked(IReadOnlyList<string> patterns)
    {
        if (patterns.Count > MaxPatterns)
            throw DriveException.Invalid($"There are {patterns.Count} patterns; at most {MaxPatterns} are allowed.", "Put them into an ignore file.");
        foreach (var pattern in patterns)
        {
            if (Refusal(pattern) is { } refusal)
                throw DriveException.Invalid($"\"{Printable.Of(pattern)}\" is not a pattern: {refusal}.", "Patterns are written as in .gitignore.");
        }
        if (patterns.Sum(Encoding.UTF8.GetByteCount) > MaxListBytes)
            throw DriveException.Invalid($"The patterns are longer than {MaxListBytes} bytes together.", "Put them into an ignore file.");
        return [.. patterns];
    }

    private static string? Refusal(string pattern)
    {
        if (pattern.AsSpan().Trim('/').IsEmpty)
            return "it names nothing";
        if (pattern.AsSpan().ContainsAny('\n', '\r', '\0'))
            return "it has a line break or a NUL";
        if (NameRules.HasUnpairedSurrogate(pattern))
            return "it is not valid Unicode";
        if (Encoding.UTF8.GetByteCount(pattern) > MaxPatternBytes)
            return $"it is longer than {MaxPatternBytes} bytes";
        // In a file such a line does nothing, as in git. Whoever writes a flag means something by it.
        return Pattern.Parse(Encoding.UTF8.GetBytes(pattern)) is null ? "it can match nothing (see whether a \"[\" is not closed, or a backslash ends it)" : null;
    }

    private static string CheckedName(string name)
    {
        var refusal = NameRules.Refusal(name) ?? (NameRules.IsPrivate(name) ? "it is private to the tools that keep it" : null);
        return refusal is null ? name : throw DriveException.Invalid($"\"{Printable.Of(name)}\" cannot be the name of ignore files: {refusal}.", "Give the name of a file, without a path.");
    }
}
