using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>
/// Every push of up to three changes out of a small alphabet, with the power cut at its calls: so that no combination of few steps is left to the one large apply of <see cref="PowerCutTests"/>.
/// </summary>
public sealed class SmallBatchTests
{
    // In a normal run at one call in so many, another for each batch.
    private const int Stride = 16;

    private static readonly string[] Contents = ["made", "replacing", "below"];

    private static readonly (string Name, string Touches, Action<FlatTree> Make)[] Alphabet =
    [
        ("create", "new", tree => Put(tree, "new", "made")),
        ("create below", "fresh", tree => Put(tree, "fresh/deep/file", "below")),
        ("replace", "a", tree => Put(tree, "a", "replacing")),
        ("mode", "a", tree => SetExecutable(tree, "a")),
        ("to link", "a", tree => tree.Put(DrivePath.Parse("a"), Entry.Symlink("b"))),
        ("to directory", "a", tree => Put(tree, "a/inside", "below")),
        ("delete", "b", tree => tree.RemoveAll(DrivePath.Parse("b"))),
        ("move", "b", tree => Move(tree, "b", "moved")),
        ("move into", "b", tree => Move(tree, "b", "dir/moved")),
        ("delete directory", "dir", tree => tree.RemoveAll(DrivePath.Parse("dir"))),
        ("move directory", "dir", tree => SampleApply.MoveDirectory(tree, "dir", "elsewhere")),
        ("directory to file", "dir", tree => { tree.RemoveAll(DrivePath.Parse("dir")); Put(tree, "dir", "made"); }),
        ("edit below", "dir", tree => Put(tree, "dir/c", "replacing")),
    ];

    [Fact]
    public async Task A_push_of_up_to_three_changes_during_which_the_power_fails_has_landed_or_not()
    {
        var (cuts, number) = (0, 0);
        foreach (var batch in Batches())
        {
            number++;
            var step = Iterations.All ? 1 : Stride;
            for (var (call, isOver) = (1 + number % step, false); !isOver; call += step)
            {
                using var apply = await FaultyApply.OfAsync(FaultPlan.From(call, FileError.Io), MakeTree, tree => Make(tree, batch), Contents, builds: number % 2 == 0, records: true);
                var thrown = Record.Exception(() => apply.All());
                isOver = apply.Faults.Failed.Count == 0;
                apply.CutPower(seed: call % 2 == 0 ? 0 : call * 1000 + number);
                apply.Recover();
                PowerCutTests.RequireOldOrNew(apply, isAcknowledged: thrown is null, $"{string.Join(" + ", batch.Select(change => change.Name))}, call {call}, {thrown?.Message}");
                cuts++;
            }
        }
        Assert.True(number > 200, $"{number} batches");
        TestContext.Current.TestOutputHelper!.WriteLine($"{number} batches, {cuts} power cuts");
    }

    private static IEnumerable<(string Name, string Touches, Action<FlatTree> Make)[]> Batches()
    {
        for (var i = 0; i < Alphabet.Length; i++)
        {
            yield return [Alphabet[i]];
            for (var j = i + 1; j < Alphabet.Length; j++)
            {
                if (!AreApart(i, j))
                    continue;
                yield return [Alphabet[i], Alphabet[j]];
                for (var k = j + 1; k < Alphabet.Length; k++)
                {
                    if (AreApart(i, k) && AreApart(j, k))
                        yield return [Alphabet[i], Alphabet[j], Alphabet[k]];
                }
            }
        }
    }

    private static bool AreApart(int one, int other) => Alphabet[one].Touches != Alphabet[other].Touches;

    // What goes into the directory goes there before that is moved or taken away.
    private static void Make(FlatTree tree, (string Name, string Touches, Action<FlatTree> Make)[] batch)
    {
        foreach (var change in batch)
            change.Make(tree);
    }

    private static void MakeTree(ScannedRoot root)
    {
        foreach (var path in new[] { "a", "b", "dir/c", "dir/sub/d", "keep" })
            root.Write(path, $"old {path}");
    }

    private static void Put(FlatTree tree, string path, string content) =>
        tree.Put(DrivePath.Parse(path), Entry.File(content.Length, ContentHash.Of(Encoding.ASCII.GetBytes(content)), executable: false, 1_100_000_000_000_000_000));

    private static void SetExecutable(FlatTree tree, string path)
    {
        var file = tree[DrivePath.Parse(path)];
        tree[DrivePath.Parse(path)] = Entry.File(file.Size, file.ContentHash, executable: true, 1_000_000_000_000_000_000);
    }

    private static void Move(FlatTree tree, string from, string to)
    {
        var file = tree[DrivePath.Parse(from)];
        tree.RemoveAll(DrivePath.Parse(from));
        tree.Put(DrivePath.Parse(to), file);
    }
}
