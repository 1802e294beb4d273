using System.Text;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Testing.Trees;

/// <summary>
/// Trees as text, one item a path: <c>a=1</c> a file holding "1", <c>a*=1</c> an executable one, <c>a/</c> a directory,
/// <c>a->b</c> a link, <c>a?</c> something unknown. Directories above an item need not be named.
/// </summary>
public static class TreeText
{
    /// <summary>The snapshot of the items; an item may hold several, parted by blanks.</summary>
    public static Snapshot Snapshot(params string[] items) => Flat(items).ToSnapshot();

    /// <summary>The map of the items.</summary>
    public static FlatTree Flat(params string[] items)
    {
        var flat = new FlatTree();
        foreach (var item in items.SelectMany(Split))
        {
            var (path, entry) = Item(item);
            if (!(entry.IsDirectory && flat.ContainsKey(path)))
                flat.Put(path, entry);
        }
        return flat;
    }

    /// <summary>A file holding <paramref name="text"/>.</summary>
    public static Entry File(string text, bool executable = false)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Entry.File(bytes.Length, new ContentHash(Hash256.Of(bytes)), executable);
    }

    /// <summary>Reads one item.</summary>
    public static (DrivePath Path, Entry Entry) Item(string item)
    {
        if (item.IndexOf("->", StringComparison.Ordinal) is > 0 and var arrow)
            return (DrivePath.Parse(item[..arrow]), Entry.Symlink(item[(arrow + 2)..]));
        if (item.IndexOf('=') is > 0 and var equal)
        {
            var executable = item[equal - 1] == '*';
            return (DrivePath.Parse(item[..(executable ? equal - 1 : equal)]), File(item[(equal + 1)..], executable));
        }
        return item[^1] switch
        {
            '/' => (DrivePath.Parse(item[..^1]), FlatTree.Directory),
            '?' => (DrivePath.Parse(item[..^1]), Entry.Unknown),
            _ => throw new ArgumentException($"\"{item}\" is no item of a tree."),
        };
    }

    /// <summary>
    /// A change as text: <c>+</c> adds, <c>~</c> modifies, <c>!</c> changes the type, each before an item; <c>-path</c> deletes.
    /// Contents print as they are given in <paramref name="known"/>.
    /// </summary>
    public static string Print(Change change, IReadOnlyDictionary<Hash256, string> known) => change.Kind switch
    {
        ChangeKind.Add => "+",
        ChangeKind.Modify => "~",
        ChangeKind.Type => "!",
        _ => "-",
    } + change.Path + (change.To is null ? "" : Print(change.To, known));

    /// <summary>A conflict as text: <c>path:base|ours|theirs</c>, each as it stands behind the path in an item, <c>-</c> where nothing is there.</summary>
    public static string Print(PathConflict conflict, IReadOnlyDictionary<Hash256, string> known) =>
        $"{conflict.Path}:{Print(conflict.Base, known)}|{Print(conflict.Ours, known)}|{Print(conflict.Theirs, known)}";

    /// <summary>The contents that occur in items, by hash.</summary>
    public static IReadOnlyDictionary<Hash256, string> Contents(params string[] items)
    {
        var known = new Dictionary<Hash256, string>();
        foreach (var text in items.SelectMany(Split).Where(item => item.Contains('=', StringComparison.Ordinal)).Select(item => item[(item.IndexOf('=', StringComparison.Ordinal) + 1)..]))
            known[File(text).ContentHash.Value] = text;
        return known;
    }

    /// <summary>The parts of a text of items.</summary>
    public static string[] Split(string items) => items.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Print(Entry? entry, IReadOnlyDictionary<Hash256, string> known) => entry?.Kind switch
    {
        null => "-",
        EntryKind.Directory => "/",
        EntryKind.File => (entry.IsExecutable ? "*=" : "=") + known[entry.ContentHash.Value],
        EntryKind.Symlink => "->" + entry.Target,
        _ => "?",
    };
}
