using OmnyDrive.Filtering;

namespace OmnyDrive.Core.Tests.Filtering;

/// <summary>
/// The precedence of rules, said once more and without any code of the product, over patterns that are a name, a path behind a slash,
/// <c>*</c>, or one of those behind <c>!</c> or before a slash.
/// </summary>
internal sealed record FilterModel(string[] Include, string[] Exclude, IReadOnlyDictionary<string, string[]> Files)
{
    /// <summary>The verdict on a path; directories end in a slash.</summary>
    internal PathVerdict Decide(string path)
    {
        var parent = Parent(path);
        if (parent.Length > 0 && Decide(parent) == PathVerdict.Filtered)
            return PathVerdict.Filtered;
        if (Last(Exclude, "", path) == '+')
            return PathVerdict.Filtered;
        var deepest = '?';
        for (var directory = parent; directory.Length > 0 && deepest == '?'; directory = Parent(directory))
            deepest = Last(Files.GetValueOrDefault(directory, []), directory, path);
        var speaksForIt = deepest == '-' || Last(Exclude, "", path) == '-' || Last(Include, "", path) == '+';
        if (deepest == '+' || (!speaksForIt && Last(Files.GetValueOrDefault("", []), "", path) == '+'))
            return PathVerdict.Filtered;
        if (Include.Length == 0 || IsChosen(path))
            return PathVerdict.Kept;
        return path.EndsWith('/') ? PathVerdict.OnTheWay : PathVerdict.Filtered;
    }

    private bool IsChosen(string path) => path.Length > 0 && (Last(Include, "", path) is var own and not '?' ? own == '+' : IsChosen(Parent(path)));

    // '+' a plain pattern, '-' a negated one, '?' none.
    private static char Last(string[] patterns, string directory, string path)
    {
        var said = patterns.LastOrDefault(pattern => Matches(pattern.TrimStart('!'), path[directory.Length..]));
        return said is null ? '?' : said.StartsWith('!') ? '-' : '+';
    }

    private static bool Matches(string pattern, string path)
    {
        if (pattern.EndsWith('/') && !path.EndsWith('/'))
            return false;
        var wanted = pattern.TrimEnd('/');
        var plain = path.TrimEnd('/');
        return wanted.Contains('/') ? wanted.TrimStart('/') == plain : wanted == "*" || plain.Split('/')[^1] == wanted;
    }

    private static string Parent(string path) => path[..(path.TrimEnd('/').LastIndexOf('/') + 1)];
}
