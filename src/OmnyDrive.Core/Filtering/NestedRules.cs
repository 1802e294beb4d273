namespace OmnyDrive.Filtering;

/// <summary>The ignore files of one directory below the root, and those of the directories around it.</summary>
internal sealed class NestedRules(PatternList patterns, int start, NestedRules? outer)
{
    /// <summary>What the innermost directory says that says anything.</summary>
    internal static bool? LastMatch(NestedRules? innermost, in Candidate candidate)
    {
        for (var rules = innermost; rules is not null; rules = rules.Outer)
        {
            if (rules.LastMatch(candidate) is { } found)
                return found;
        }
        return null;
    }

    private NestedRules? Outer { get; } = outer;

    private bool? LastMatch(in Candidate candidate) => patterns.LastMatch(candidate, start);
}
