using System.Text;

namespace OmnyDrive.Filtering;

/// <summary>What holds from the root of a drive on: the publisher's patterns and the ignore files that lie in the root.</summary>
internal sealed class RootRules(PatternList include, PatternList exclude, PatternList ignore)
{
    internal bool IsEmpty => include.IsEmpty && exclude.IsEmpty && ignore.IsEmpty;

    internal static RootRules Of(FilterOptions options, IReadOnlyList<IgnoreFile> files) =>
        new(Read(options.Include), Read(options.Exclude), PatternList.Of(files));

    /// <summary>The verdict in a directory for which <paramref name="chosen"/> says whether the whitelist chose it.</summary>
    internal PathVerdict Decide(in Candidate candidate, NestedRules? nested, bool chosen)
    {
        var excluded = exclude.LastMatch(candidate, 0);
        if (excluded is true)
            return PathVerdict.Filtered;
        var ignored = NestedRules.LastMatch(nested, candidate);
        if (ignored is true)
            return PathVerdict.Filtered;
        var included = include.LastMatch(candidate, 0);
        var spared = ignored is false || excluded is false || included is true;
        if (!spared && ignore.LastMatch(candidate, 0) is true)
            return PathVerdict.Filtered;
        if (include.IsEmpty || (included ?? chosen))
            return PathVerdict.Kept;
        return candidate.IsDirectory ? PathVerdict.OnTheWay : PathVerdict.Filtered;
    }

    // Options were checked when they were made, so that none of their patterns is left out here.
    private static PatternList Read(IReadOnlyList<string> patterns) =>
        new([.. patterns.Select(text => Pattern.Parse(Encoding.UTF8.GetBytes(text))).OfType<Pattern>()]);
}
