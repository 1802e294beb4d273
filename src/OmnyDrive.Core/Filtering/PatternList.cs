namespace OmnyDrive.Filtering;

/// <summary>Patterns in their order, of which the last that matches decides.</summary>
internal sealed class PatternList(Pattern[] patterns)
{
    internal bool IsEmpty => patterns.Length == 0;

    /// <summary>Those of the ignore files of one directory, lowest precedence first.</summary>
    internal static PatternList Of(IReadOnlyList<IgnoreFile> files) => new([.. files.SelectMany(file => file.Patterns)]);

    /// <summary>True where the last pattern that matches is a plain one, false where it is negated, null where none matches.</summary>
    internal bool? LastMatch(in Candidate candidate, int start)
    {
        for (var i = patterns.Length - 1; i >= 0; i--)
        {
            if (patterns[i].Matches(candidate, start))
                return !patterns[i].Negated;
        }
        return null;
    }
}
