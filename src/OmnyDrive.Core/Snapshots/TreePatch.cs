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

    // In the order of their paths, so those in a directory follow one another, each before those below it.
    private readonly IReadOnlyList<Change> _changes;
    private readonly Dictionary<DrivePath, Tree> _trees = [];
    private int _next;

    private TreePatch(Snapshot from, IReadOnlyList<Change> changes) => (_from, _changes) = (from, changes);

    /// <summary>
    /// The snapshot with the changes made. Reads only the directories that hold a change. A directory that a change adds is empty but for
    /// what other changes put into it; what lies below a path that is no directory afterwards is gone.
    /// </summary>
    /// <param name="from">The snapshot before.</param>
    /// <param name="changes">Changes below the root, in any order. Of a path there must not be two.</param>
    public static PatchedSnapshot Apply(Snapshot from, IReadOnlyList<Change> changes)
    {
        var patch = new TreePatch(from, PathOrder.Of(changes, change => change.Path));
        var root = changes.Count == 0 ? from.RootEntry : patch.Visit(DrivePath.Root, null, from.RootEntry)!;
        return new PatchedSnapshot(root.TreeHash, patch._trees);
    }

    // What is at a path afterwards, at which or below which there are changes.
    private Entry? Visit(DrivePath path, Change? change, Entry? before)
    {
        var here = change is null ? before : change.To;
        if (here is not { IsDirectory: true })
        {
            while (NextIsBelow(path))
                _next++;
            return here;
        }
        var tree = Tree.OfSorted(Merge(path, change is null ? _from.TreeOf(path, before).Entries.AsSpan() : []));
        _trees[path] = tree;
        return Entry.Directory(tree.Hash);
    }

    // Both are in the order of their names.
    private ImmutableArray<NamedEntry> Merge(DrivePath path, ReadOnlySpan<NamedEntry> old)
    {
        var entries = ImmutableArray.CreateBuilder<NamedEntry>(old.Length);
        while (NextIsBelow(path))
        {
            var changed = _changes[_next].Path;
            var name = changed.NameBelow(path);
            for (; !old.IsEmpty && Utf8Order.Compare(old[0].Name, name) < 0; old = old[1..])
                entries.Add(old[0]);
            var known = !old.IsEmpty && name.SequenceEqual(old[0].Name) ? old[0] : default;
            if (known.Name is not null)
                old = old[1..];
            if (Take(changed.IsIn(path) ? changed : path.Child(name.ToString()), known.Entry) is { } entry)
                entries.Add(new NamedEntry(known.Name ?? name.ToString(), entry));
        }
        entries.AddRange(old);
        return entries.DrainToImmutable();
    }

    private Entry? Take(DrivePath path, Entry? before) => Visit(path, _changes[_next].Path == path ? _changes[_next++] : null, before);

    private bool NextIsBelow(DrivePath path) => _next < _changes.Count && _changes[_next].Path.IsAtOrBelow(path);
}
