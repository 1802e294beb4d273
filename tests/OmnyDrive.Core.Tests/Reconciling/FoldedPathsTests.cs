using CsCheck;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public sealed class FoldedPathsTests
{
    private static readonly string[] Names = ["a", "A", "a.", "b", "\u00e9", "e\u0301", "\u00c9"];

    private static readonly Gen<DrivePath> Paths =
        Gen.Int[0, Names.Length - 1].Select(i => Names[i]).Array[1, 4].Select(names => DrivePath.Parse(string.Join('/', names)));

    [Fact]
    public void A_directory_that_comes_is_found_among_those_that_go_wherever_both_lie_and_in_whatever_order() =>
        Gen.Select(Paths.HashSet[0, 4], Paths.HashSet[0, 6], Gen.Int).Sample((coming, going, seed) =>
        {
            Change[] changes =
            [
                .. coming.Select(path => new Change(path, null, Entry.Directory(Tree.Empty.Hash))),
                .. going.Except(coming).Select(path => new Change(path, Entry.Symlink("x"), null)),
            ];
            new Random(seed).Shuffle(changes);
            var keys = coming.Select(FoldedPaths.KeyOf).ToHashSet(FoldedPaths.Comparer);

            Assert.Equal(going.Except(coming).Any(path => keys.Contains(FoldedPaths.KeyOf(path))), FoldedPaths.IsNewDirectoryAmongThoseThatGo(changes));
            Array.Sort(changes, (one, other) => one.Path.CompareTo(other.Path));
            Assert.Equal(going.Except(coming).Any(path => keys.Contains(FoldedPaths.KeyOf(path))), FoldedPaths.IsNewDirectoryAmongThoseThatGo(changes));
        }, iter: Iterations.Of(5_000));
}
