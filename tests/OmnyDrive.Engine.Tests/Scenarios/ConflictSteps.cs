using System.Text;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>What tests of conflicts do again and again.</summary>
internal static class ConflictSteps
{
    internal static readonly DrivePath Text = DrivePath.Parse("a.txt");

    internal static async Task<TwoSides> ConflictedAsync()
    {
        var sides = await TwoSides.StartAsync();
        foreach (var (root, text) in new[] { (sides.Mount, "mine"), (sides.Origin, "theirs") })
        {
            File.WriteAllText(Path.Combine(root, "a.txt"), text);
            File.WriteAllText(Path.Combine(root, "run.sh"), text);
        }
        return sides;
    }

    internal static ResolveOptions Tool(string makes) => new(ResolutionChoice.Tool)
    {
        Tool = async (files, cancellation) =>
        {
            await File.WriteAllTextAsync(files.Merged, makes, cancellation);
            return true;
        },
    };

    internal static Task<ResolveResult> ResolveAsync(TwoSides sides, ResolutionChoice choice, params string[] patterns) => sides.Beta.ResolveAsync(sides.Id, patterns, new ResolveOptions(choice));

    internal static async Task<string> VersionAsync(TwoSides sides, ConflictVersion version)
    {
        using var content = new MemoryStream();
        await sides.Beta.WriteVersionAsync(sides.Id, Text, version, content);
        return Encoding.UTF8.GetString(content.ToArray());
    }

    internal static string Read(TwoSides sides, string path) => File.ReadAllText(sides.InMount(path));

    internal static IEnumerable<string> Trashed(string root) => Directory.EnumerateFiles(Path.Combine(root, ".omnydrive/trash"), "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".contents", StringComparison.Ordinal)).Select(File.ReadAllText);
}
