using System.Text;
using OmnyDrive.Filtering;

namespace OmnyDrive.Testing.Filters;

/// <summary>
/// Asks for one path at a time what a walk would say of it. Ignore files are given as text by their paths; a path that ends in a slash is a
/// directory.
/// </summary>
public sealed class PathFilter(FilterOptions options, IReadOnlyDictionary<string, string> ignoreFiles)
{
    private readonly DirectoryRules _root = DirectoryRules.Of(options, FilesIn(options, ignoreFiles, ""));

    /// <summary>The rules in a directory, which no rule filters.</summary>
    public DirectoryRules RulesIn(string directory)
    {
        var rules = _root;
        var at = "";
        foreach (var name in directory.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at += name + "/";
            rules = rules.Enter(Encoding.UTF8.GetBytes(name), rules.Decide(Encoding.UTF8.GetBytes(name), isDirectory: true), FilesIn(options, ignoreFiles, at));
        }
        return rules;
    }

    /// <summary>The verdict; below a filtered directory everything is filtered.</summary>
    public PathVerdict Decide(string path)
    {
        var parts = path.TrimEnd('/').Split('/');
        for (var depth = 1; depth < parts.Length; depth++)
        {
            if (DecideIn(parts[..depth], isDirectory: true) == PathVerdict.Filtered)
                return PathVerdict.Filtered;
        }
        return DecideIn(parts, path.EndsWith('/'));
    }

    private PathVerdict DecideIn(string[] parts, bool isDirectory) =>
        RulesIn(string.Join('/', parts[..^1])).Decide(Encoding.UTF8.GetBytes(parts[^1]), isDirectory);

    private static IgnoreFile[] FilesIn(FilterOptions options, IReadOnlyDictionary<string, string> files, string directory) =>
        [.. options.IgnoreFileNames.Where(name => files.ContainsKey(directory + name)).Select(name => IgnoreFile.Parse(Encoding.UTF8.GetBytes(files[directory + name])))];
}
