using OmnyDrive.Engine;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>What tests of git drives do again and again.</summary>
internal static class GitSteps
{
    internal static async Task AddAsync(GitSides sides, params (string Path, string Content)[] files) => await AddAsync(sides, "main", files);

    // As somebody else does it, with a clone of the repository.
    internal static async Task AddAsync(GitSides sides, string branch, params (string Path, string Content)[] files)
    {
        await Task.CompletedTask;
        var clone = sides.Scratch.Directory(Guid.NewGuid().ToString("N"));
        Run(clone, "clone", "--quiet", "--branch", branch, sides.Origin, ".");
        Commit(clone, files);
        Run(clone, "push", "--quiet", "--receive-pack=git -c receive.denyCurrentBranch=updateInstead receive-pack", "origin", branch);
    }

    internal static string Refs(string repository, string below = "refs") => Run(repository, "for-each-ref", below);

    internal static string Paths(SyncResult result) => string.Join(' ', result.Changes.Select(applied => applied.Change.Path));

    internal static string Read(GitSides sides, string path) => File.ReadAllText(Path.Combine(sides.Mount, path));

    internal static void Write(GitSides sides, string path, string content) => File.WriteAllText(Path.Combine(sides.Mount, path), content);
}
