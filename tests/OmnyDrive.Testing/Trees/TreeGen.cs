using CsCheck;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Testing.Trees;

/// <summary>Three trees as a sync meets them: what both sides last agreed on, and what each made of it.</summary>
public sealed record ThreeTrees(FlatTree Base, FlatTree Local, FlatTree Origin)
{
    /// <summary>The two sides exchanged.</summary>
    public ThreeTrees Swapped => new(Base, Origin, Local);

    /// <inheritdoc/>
    public override string ToString() => $"base [{Print(Base)}] local [{Print(Local)}] origin [{Print(Origin)}]";

    private static string Print(FlatTree tree) => string.Join(" ", tree.Select(pair => pair.Key + pair.Value.Kind switch
    {
        EntryKind.Directory => "/",
        EntryKind.File => (pair.Value.IsExecutable ? "*=" : "=") + pair.Value.ContentHash.Value.ToString()[..2],
        EntryKind.Symlink => "->" + pair.Value.Target,
        _ => "?",
    }));
}

/// <summary>Random small trees, and edits to them: few names and contents, so that the sides meet often.</summary>
public static class TreeGen
{
    private static readonly string[] Names = ["a", "b", "c.d"];

    private static readonly Entry?[] Known =
    [
        TreeText.File("1"), TreeText.File("2"), TreeText.File("3"), TreeText.File("1", executable: true),
        Entry.Symlink("a"), Entry.Symlink("b"), FlatTree.Directory, FlatTree.Directory, null, null, null,
    ];

    private static readonly Entry?[] WithUnknown = [.. Known, Entry.Unknown, Entry.Unknown];

    /// <summary>A tree.</summary>
    public static Gen<FlatTree> Tree { get; } = Edits(Known, 8).Select(edits => After(new FlatTree(), edits));

    /// <summary>A tree that may hold unknown entries.</summary>
    public static Gen<FlatTree> TreeWithUnknown { get; } = Edits(WithUnknown, 8).Select(edits => After(new FlatTree(), edits));

    /// <summary>Three trees; both sides can be read.</summary>
    public static Gen<ThreeTrees> Three { get; } = ThreeOf(Known);

    /// <summary>Three trees; either side may have entries that could not be read.</summary>
    public static Gen<ThreeTrees> ThreeWithUnknown { get; } = ThreeOf(WithUnknown);

    private static Gen<ThreeTrees> ThreeOf(Entry?[] entries) =>
        Gen.Select(Edits(Known, 8), Edits(Known, 2), Edits(entries, 4), Edits(entries, 4), (before, both, ours, theirs) =>
        {
            var start = After(new FlatTree(), before);
            return new ThreeTrees(start, After(After(start, ours), both), After(After(start, theirs), both));
        });

    private static Gen<(DrivePath Path, Entry? Entry)[]> Edits(Entry?[] entries, int most) =>
        Gen.Select(Gen.Int[0, Names.Length - 1].Array[1, 4], Gen.Int[0, entries.Length - 1], (names, entry) =>
            (DrivePath.Parse(string.Join('/', names.Select(name => Names[name]))), entries[entry])).Array[0, most];

    private static FlatTree After(FlatTree before, (DrivePath Path, Entry? Entry)[] edits)
    {
        var tree = new FlatTree(before);
        foreach (var (path, entry) in edits)
        {
            if (entry is null)
                tree.RemoveAll(path);
            else
                tree.Put(path, entry);
        }
        return tree;
    }
}
