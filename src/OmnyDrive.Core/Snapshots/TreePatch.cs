using System.Collections.Immutable;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Snapshots;

/// <summary>A snapshot after some changes.</summary>
/// <param name="Root">The hash of its root.</param>
/// <param name="Trees">The directories on the way to the changes, as they are afterwards; all others are as before.</param>
public sealed record PatchedSnapshot(Hash256 Root, IReadOnlyDictionary<DrivePath, Tree> Trees)
{
    /// <summary>The snapshot itself, which reads all other directories from the one before.</summary>
    public Snapshot Over(Snapshot before)
    {
        var patched = new TreeMap();
        foreach (var (path, tree) in Trees)
            patched.Add(path, tree);
        return new Snapshot(Root, new LayeredTrees(patched, before.Trees));
    }
}

/// <summary>Makes changes in a snapshot, on paper.</summary>
public sealed class TreePatch
{
    private readonly Snapshot _from;
    private readonly Dictionary<DrivePath, Tree> _trees = [];

    private TreePatch(Snapshot from) => _from = from;

    /// <summary>
    /// The snapshot with the changes made. Reads only the directories that hold a change. A directory that a change adds is empty but for
    /// what other changes put into it; what lies below a path that is no directory afterwards is gone.
    /// </summary>
    public static PatchedSnapshot Apply(Snapshot from, IReadOnlyList<Change> changes)
    {
        var patch = new TreePatch(from);
        var root = patch.Visit(DrivePath.Root, Node.Of(changes), from.RootEntry)!;
        return new PatchedSnapshot(root.TreeHash, patch._trees);
    }

    private Entry? Visit(DrivePath path, Node node, Entry? before)
    {
        var here = node.Change is null ? before : node.Change.To;
        if (here is not { IsDirectory: true } || (node.Change is null && node.Children is null))
            return here;
        var old = node.Change is null ? _from.TreeOf(path, before) : Tree.Empty;
        var tree = Tree.OfSorted(Merge(path, old.Entries.AsSpan(), node.Children));
        _trees[path] = tree;
        return Entry.Directory(tree.Hash);
    }

    // Both are in the order of their names.
    private ImmutableArray<NamedEntry> Merge(DrivePath path, ReadOnlySpan<NamedEntry> old, List<(string Name, Node Node)>? children)
    {
        var entries = ImmutableArray.CreateBuilder<NamedEntry>(old.Length + (children?.Count ?? 0));
        foreach (var (name, child) in children ?? [])
        {
            for (; !old.IsEmpty && Utf8Order.Compare(old[0].Name, name) < 0; old = old[1..])
                entries.Add(old[0]);
            Entry? before = null;
            if (!old.IsEmpty && old[0].Name == name)
            {
                before = old[0].Entry;
                old = old[1..];
            }
            if (Visit(path.Child(name), child, before) is { } entry)
                entries.Add(new NamedEntry(name, entry));
        }
        entries.AddRange(old);
        return entries.DrainToImmutable();
    }

    private sealed class Node
    {
        internal Change? Change { get; private set; }

        /// <summary>In the order of their names; null where there are none, as in most.</summary>
        internal List<(string Name, Node Node)>? Children { get; private set; }

        internal static Node Of(IReadOnlyList<Change> changes)
        {
            var root = new Node();
            // The way to the change before, for most lie beside it.
            var way = new Stack<(DrivePath Path, Node Node)>([(DrivePath.Root, root)]);
            foreach (var change in PathOrder.Of(changes, change => change.Path))
            {
                while (!change.Path.IsAtOrBelow(way.Peek().Path))
                    way.Pop();
                var (above, at) = way.Peek();
                // What lies below something that is no directory afterwards is gone with it.
                if (at.Change is { To: not { IsDirectory: true } })
                    continue;
                foreach (var name in change.Path.NamesBelow(above))
                    at = at.Child(name);
                at.Change = change;
                way.Push((change.Path, at));
            }
            return root;
        }

        // The changes come in the order of their paths: a child is the last, or it is new.
        private Node Child(string name)
        {
            Children ??= [];
            if (Children is [.., var last] && last.Name == name)
                return last.Node;
            var child = new Node();
            Children.Add((name, child));
            return child;
        }
    }
}
