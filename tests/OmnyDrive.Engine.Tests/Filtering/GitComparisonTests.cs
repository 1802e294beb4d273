using OmnyDrive.Filtering;
using OmnyDrive.Testing.Filters;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Filtering;

/// <summary>What we filter is what <c>git check-ignore</c> ignores, on generated trees and patterns.</summary>
public class GitComparisonTests
{
    private const int TreeSize = 100;

    private static readonly int Trees = Iterations.All ? 100 : 5;

    private static readonly FilterOptions Options = FilterOptions.Default with { IgnoreFile = ".gitignore" };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Git_and_we_agree_on_every_path(int seed)
    {
        var told = new List<string>();
        var answers = (Ignored: 0, Kept: 0);
        for (var tree = 0; tree < Trees; tree++)
        {
            using var repository = new GitRepository();
            var generator = new PatternGenerator((seed * 1_000_003) + tree, KnowsGluedStars(repository));
            var paths = Make(repository, generator.Tree(TreeSize));
            for (var round = 0; round < 30; round++)
            {
                var files = generator.IgnoreFiles(paths, ".gitignore");
                var git = Ask(repository, paths, files);
                told.AddRange(Differences(paths, files, git));
                answers = (answers.Ignored + git.Count(by => by is not null), answers.Kept + git.Count(by => by is null));
            }
        }
        Assert.True(told.Count == 0, $"{told.Count} differences, the first of them:\n\n{string.Join("\n\n", told.Take(5))}");
        // A generator whose patterns seldom match would compare nothing.
        Assert.InRange((double)answers.Ignored / (answers.Ignored + answers.Kept), 0.1, 0.9);
    }

    private static IEnumerable<string> Differences(List<string> paths, Dictionary<string, string> files, string?[] git)
    {
        var ours = new PathFilter(Options, files);
        for (var i = 0; i < paths.Count; i++)
        {
            var verdict = ours.Decide(paths[i]);
            if ((verdict == PathVerdict.Filtered) != git[i] is not null)
                yield return $"{string.Join('\n', files.Select(file => $"{file.Key}: {Visible(file.Value)}"))}\npath: {Visible(paths[i])}\nwe say {verdict}, git {(git[i] is { } by ? $"ignores it by {Visible(by)}" : "keeps it")}";
        }
    }

    private static List<string> Make(GitRepository repository, List<string> paths)
    {
        foreach (var path in paths)
        {
            if (path.EndsWith('/'))
                Directory.CreateDirectory(repository.At(path));
            else
                repository.Write(path, "");
        }
        return paths;
    }

    private static string?[] Ask(GitRepository repository, List<string> paths, Dictionary<string, string> files)
    {
        foreach (var (path, text) in files)
            repository.Write(path, text);
        var answers = repository.WhatIgnores(paths);
        foreach (var path in files.Keys)
            File.Delete(repository.At(path));
        return answers;
    }

    // Since 2.52 git reads the stars in `a/foo**/bar` as one; before, and here, they are a name of their own behind "foo".
    private static bool KnowsGluedStars(GitRepository repository) =>
        Ask(repository, ["a/foobar"], new() { [".gitignore"] = "/a/foo**/bar" })[0] is not null;

    private static string Visible(string text) =>
        $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\0", "\\0", StringComparison.Ordinal).Replace("\ufeff", "\\ufeff", StringComparison.Ordinal)}\"";
}
