using System.Text;
using System.Text.RegularExpressions;

namespace OmnyDrive.Engine.Tests.Filtering;

/// <summary>
/// Makes trees, and patterns that are made of their paths and so often match, with every quirk of the language strewn in; two stars behind
/// text only with <paramref name="gluedStars"/>.
/// </summary>
internal sealed partial class PatternGenerator(int seed, bool gluedStars)
{
    // Always there, so that a name is often the beginning of another, and often found at several depths.
    private static readonly string[] CommonNames = ["a", "b", "ab", "foo", "foobar", "bar"];

    private static readonly string[] Names =
    [
        "a", "b", "ab", "abc", "foo", "foobar", "bar", "x.o", "x.c", "a.b.c", "foo bar", "foo ", " foo", "[a]", "a]", "]", "-", "a-c", "\\", "a\\b", "foo\\", "#x", "!x", "é", "aé", "ü.c",
        ".hid", "..x", "*", "**", "?", "a*b", "^a", "!", "1", "A", "Foo", "12", "a:b", ":a", "日本", "_", "~", "[", "build", "{a}", "$",
    ];

    private static readonly string[] Soup =
        ["a", "b", "o", "f", "foo", "bar", "/", "/", "*", "*", "**", "**", "***", "?", "[", "]", "[a", "[a-", "[!a]", "[^b]", "[]a]", "[]-a]", "[a-z]", "[[:alpha:]]", "[[:digit:]", "[[:x:]]", "[[:]", "[a\\]b]", "[\\a-\\z]", "[--0]", "[!/]", "\\", "\\*", "\\/", " ", "\\ ", "!", "#", ".", "é"];

    private static readonly string[] Classes =
        ["[a-z]", "[!a]", "[^a-c]", "[[:alpha:]]", "[[:alnum:]_.]", "[![:digit:]]", "[[:punct:]]", "[a-]", "[]a]", "[!]]", "[[:upper:]]", "[[:lower:]b]", "[\\]\\[\\\\]", "[f-oa]", "[[:graph:]]", "[[:xdigit:]]", "[[:space:]]", "[\u0080-\u00ff]", "[a-b-c]", "[a-a-z]", "[[:digit:]-z]", "[!-/]", "[+--]", "[[-]]", "[[a]"];

    private static readonly string[] Alone =
        ["!", "/", "//", "*/", "a//b", "/**", "**/", "**", "*", "foo\\", "[a-", "\\", "", " ", "\\ ", "#", "\\#x", "\\!x", "!!", "!*/", "/*", "**/**", "/*/", "!/", "***", "**/*", "*/**", "\\", "[]", "[!]", "[[]", "!#x", "foo\\ ", "foo  ", "é", "??", "???"];

    private readonly Random _random = new(seed);

    /// <summary>Paths, directories with a slash at the end and before what they hold.</summary>
    internal List<string> Tree(int size)
    {
        string[] names = [.. CommonNames, .. Enumerable.Range(0, 8).Select(_ => OneOf(Names))];
        var paths = new List<string>();
        var directories = new List<string> { "" };
        while (paths.Count < size)
        {
            var path = OneOf(directories) + OneOf(names);
            if (paths.Contains(path) || paths.Contains(path + "/"))
                continue;
            if (Chance(40) && path.Count(c => c == '/') < 5)
                directories.Add(path += "/");
            paths.Add(path);
        }
        return paths;
    }

    /// <summary>Ignore files by their paths: mostly one in the root, with one to four lines each.</summary>
    internal Dictionary<string, string> IgnoreFiles(List<string> tree, string name)
    {
        var directories = tree.Where(path => path.EndsWith('/')).Prepend("").ToList();
        var files = new Dictionary<string, string>();
        for (var count = 1 + _random.Next(3); count > 0; count--)
        {
            var directory = Chance(60) ? "" : OneOf(directories);
            var lines = Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => Line(tree, directory));
            files[directory + name] = (Chance(5) ? "\ufeff" : "") + string.Join(Chance(10) ? "\r\n" : "\n", lines) + (Chance(50) ? "\n" : "");
        }
        return files;
    }

    private string Line(List<string> tree, string directory)
    {
        var line = _random.Next(10) switch
        {
            0 => OneOf(Alone),
            9 when Chance(40) => OneOf(Classes) + (Chance(30) ? OneOf(Classes) : ""),
            1 or 2 => string.Concat(Enumerable.Range(0, 1 + _random.Next(6)).Select(_ => OneOf(Soup))),
            _ => FromPath(OneOf(tree), directory),
        };
        if (Chance(12))
            line = "!" + line;
        if (Chance(4))
            line += OneOf([" ", "  ", "\\ ", "\\", " \\ ", "\\  ", "\t", "\0x", "\\\\ ", "/ "]);
        return !gluedStars && GluedStars().IsMatch(line) ? "a" : line;
    }

    // A path as seen from the ignore file, or its end, or its name, rewritten into a pattern that still may match it.
    private string FromPath(string path, string directory)
    {
        var names = path.StartsWith(directory, StringComparison.Ordinal) && Chance(80) ? path[directory.Length..] : path;
        var parts = names.TrimEnd('/').Split('/').ToList();
        if (Chance(40))
            parts.RemoveRange(0, _random.Next(parts.Count));
        for (var i = 0; i < parts.Count; i++)
            parts[i] = Chance(12) && parts.Count > 1 ? OneOf(["**", "*", "***", "?*", "**a", "a**"]) : Name(parts[i]);
        if (Chance(15))
            parts.Insert(_random.Next(parts.Count + 1), OneOf(["**", "*", "", "**\\"]));
        var pattern = string.Join(Chance(3) ? "\\/" : "/", parts);
        return (Chance(30) ? "/" : "") + pattern + (Chance(path.EndsWith('/') ? 40 : 10) ? "/" : "");
    }

    private string Name(string name)
    {
        var pattern = new StringBuilder();
        var raw = Chance(10);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            switch (_random.Next(30))
            {
                case 0: pattern.Append('?'); break;
                case 1: pattern.Append('*'); i += _random.Next(name.Length - i); break;
                case 2: pattern.Append("**"); i += _random.Next(name.Length - i); break;
                case 3 or 7: pattern.Append(OneOf(Classes)); break;
                case 4: pattern.Append('\\').Append(c); break;
                case 5: pattern.Append('*').Append(c); break;
                case 6: pattern.Append('[').Append(c).Append(']'); break;
                default: pattern.Append(!raw && "*?[\\".Contains(c) ? $"\\{c}" : c.ToString()); break;
            }
        }
        return pattern.Append(Chance(6) ? OneOf(["**", "*", "?", "[a-z]*"]) : "").ToString();
    }

    [GeneratedRegex(@"[^/*!]\*\*")]
    private static partial Regex GluedStars();

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T OneOf<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];
}
