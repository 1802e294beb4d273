using System.Globalization;
using OmnyDrive.Drives;
using OmnyDrive.Reconciling;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>
/// Three people work on one drive, at its origin and in two mounts that combine, and settle what overlaps one way or another. In the end all have the same, and each word that anybody wrote and did not delete
/// is in the tree or in some history.
/// </summary>
public sealed class ConvergenceTests
{
    private const int Rounds = 200;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Iterations.All ? 50 : 1)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task After_two_hundred_rounds_of_edits_all_have_one_tree_and_every_word_is_accounted_for(int seed)
    {
        var random = new Random(seed);
        await using var sides = await TwoSides.StartAsync(clone: new CloneOptions { Policy = SyncPolicy.Merge });
        await using var gamma = sides.Endpoint("gamma");
        var third = (await gamma.CloneDriveAsync(TwoSides.Drive, sides.Scratch.At("third"), new CloneOptions { Policy = SyncPolicy.Merge })).Mount;
        var mounts = new[] { (sides.Beta, sides.Id), (gamma, third.Id) };
        var written = new HashSet<string>();
        var roots = new[] { sides.Origin, sides.Mount, third.Path };
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var root in roots)
            {
                for (var edits = random.Next(3); edits > 0; edits--)
                    Edit(root, roots, random, written, $"{round}-{written.Count}-{edits}");
            }
            foreach (var (endpoint, id) in mounts)
            {
                if (random.Next(3) > 0)
                    await SyncAsync(endpoint, id, random);
            }
        }

        for (var pass = 0; pass < 4; pass++)
        {
            foreach (var (endpoint, id) in mounts)
                await SyncAsync(endpoint, id, random);
        }

        var tree = DiskTree.Describe(sides.Origin);
        Assert.Equal((tree, tree), (DiskTree.Describe(sides.Mount), DiskTree.Describe(third.Path)));
        foreach (var (endpoint, id) in mounts)
        {
            Assert.Empty((await endpoint.ListConflictsAsync(id)));
            Assert.Equal(SyncStatus.Clean, (await endpoint.SyncMountAsync(id)).Status);
        }
        var kept = Everything(roots);
        Assert.DoesNotContain(written, word => !kept.Contains($"<{word}>", StringComparison.Ordinal));
        Assert.True(written.Count > Rounds, $"{written.Count} words");
    }

    private static async Task SyncAsync(LocalDriveEndpoint endpoint, MountId mount, Random random)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var result = await endpoint.SyncMountAsync(mount, new SyncOptions { Allowed = Enum.GetValues<Brake>() });
            if (result.Status != SyncStatus.Conflicted)
                return;
            // Sometimes nobody has the time.
            if (random.Next(4) == 0 && attempt > 0)
                return;
            foreach (var open in (await endpoint.ListConflictsAsync(mount)))
            {
                var choice = new[] { ResolutionChoice.Ours, ResolutionChoice.Theirs, ResolutionChoice.Both, ResolutionChoice.Merge }[random.Next(4)];
                if ((await endpoint.ResolveAsync(mount, [open.Conflict.Path.ToString()], new ResolveOptions(choice))).Open.Count > 0)
                    await endpoint.ResolveAsync(mount, [open.Conflict.Path.ToString()], new ResolveOptions(random.Next(2) == 0 ? ResolutionChoice.Ours : ResolutionChoice.Theirs));
            }
        }
    }

    // Nobody overwrites a word of another: words are added, files and directories made, moved and deleted.
    private static void Edit(string root, string[] roots, Random random, HashSet<string> written, string word)
    {
        var files = Directory.EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => !file.Contains("/.omnydrive/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var name = string.Create(CultureInfo.InvariantCulture, $"d{random.Next(3)}/f{random.Next(6)}");
        switch (random.Next(8))
        {
            case < 3 when files.Count > 0:
                File.AppendAllText(files[random.Next(files.Count)], $"<{word}>\n");
                written.Add(word);
                break;
            case 3 when files.Count > 0:
                var first = files[random.Next(files.Count)];
                File.WriteAllText(first, $"<{word}>\n{File.ReadAllText(first)}");
                written.Add(word);
                break;
            case 4 when files.Count > 3:
                Delete(files[random.Next(files.Count)], roots, written);
                break;
            case 5 when files.Count > 0 && !File.Exists(Path.Combine(root, name)) && IsFree(root, name):
                File.Move(files[random.Next(files.Count)], Path.Combine(root, name));
                break;
            case 6 when Directory.Exists(Path.Combine(root, Path.GetDirectoryName(name)!)) && random.Next(4) == 0:
                foreach (var file in files.Where(file => file.StartsWith(Path.Combine(root, Path.GetDirectoryName(name)!) + "/", StringComparison.Ordinal)))
                    Delete(file, roots, written);
                Directory.Delete(Path.Combine(root, Path.GetDirectoryName(name)!), recursive: true);
                break;
            default:
                if (!File.Exists(Path.Combine(root, name)) && IsFree(root, name))
                {
                    File.WriteAllText(Path.Combine(root, name), $"<{word}>\n");
                    written.Add(word);
                }
                break;
        }
    }

    private static bool IsFree(string root, string name)
    {
        if (Directory.Exists(Path.Combine(root, name)) || File.Exists(Path.Combine(root, Path.GetDirectoryName(name)!)))
            return false;
        Directory.CreateDirectory(Path.Combine(root, Path.GetDirectoryName(name)!));
        return true;
    }

    // Whoever deletes a file gives up what nobody else has of it yet.
    private static void Delete(string file, string[] roots, HashSet<string> written)
    {
        var text = File.ReadAllText(file);
        File.Delete(file);
        var kept = Everything(roots);
        written.RemoveWhere(word => text.Contains($"<{word}>", StringComparison.Ordinal) && !kept.Contains($"<{word}>", StringComparison.Ordinal));
    }

    private static string Everything(string[] roots) => string.Concat(roots
        .SelectMany(root => Directory.EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        .Where(file => !file.Contains("/.omnydrive/", StringComparison.Ordinal) || file.Contains("/.omnydrive/trash/", StringComparison.Ordinal)).Select(File.ReadAllText));
}
