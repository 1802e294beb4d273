using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OmnyDrive.Errors;

namespace OmnyDrive.Snapshots;

/// <summary>A name in a directory and what it holds.</summary>
public readonly record struct NamedEntry(string Name, Entry Entry);

/// <summary>The content of one directory: entries in the order of their names' UTF-8 bytes, each name once. Immutable.</summary>
public sealed class Tree
{
    private Tree(ImmutableArray<NamedEntry> entries, Hash256 hash) => (Entries, Hash) = (entries, hash);

    /// <summary>A directory that holds nothing.</summary>
    public static Tree Empty { get; } = new([], TreeEncoding.HashOf([]));

    /// <summary>The entries in order.</summary>
    public ImmutableArray<NamedEntry> Entries { get; }

    /// <summary>SHA-256 of the canonical encoding (docs/snapshot-format.md).</summary>
    public Hash256 Hash { get; }

    /// <summary>
    /// Makes a tree of entries in any order. Throws <see cref="DriveException"/> <c>invalid</c> for a name that no tree can hold or
    /// that occurs twice.
    /// </summary>
    public static Tree Of(IEnumerable<NamedEntry> entries)
    {
        var sorted = entries.ToArray();
        Array.Sort(sorted, static (a, b) => Utf8Order.Compare(a.Name, b.Name));
        return OfSorted(ImmutableCollectionsMarshal.AsImmutableArray(sorted));
    }

    /// <summary>
    /// Makes a tree of entries already in order whose hash is known; the same checks as <see cref="Of"/>, but none of the hash. For what the caller made and stored
    /// itself, or has hashed just now.
    /// </summary>
    public static Tree OfKnown(ImmutableArray<NamedEntry> entries, Hash256 hash)
    {
        Check(entries);
        return new Tree(entries, hash);
    }

    /// <summary>Makes a tree of entries already in order; the same checks as <see cref="Of"/>.</summary>
    internal static Tree OfSorted(ImmutableArray<NamedEntry> entries)
    {
        Check(entries);
        return entries.IsEmpty ? Empty : new Tree(entries, TreeEncoding.HashOf(entries));
    }

    private static void Check(ImmutableArray<NamedEntry> entries)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            var name = entries[i].Name;
            if (NameRules.Refusal(name) is { } refusal)
                throw DriveException.Invalid($"A tree cannot hold this entry: {refusal}.");
            if (NameRules.IsPrivate(name))
                throw DriveException.Invalid($"A tree cannot hold \"{Printable.Of(name)}\": the name is private to OmnyDrive or git.");
            if (i > 0 && Utf8Order.Compare(entries[i - 1].Name, name) >= 0)
                throw DriveException.Invalid($"A tree holds \"{Printable.Of(name)}\" twice or out of order.");
        }
    }

    /// <summary>
    /// The same tree with its files' modification times taken from <paramref name="entries"/>, which must be equal to its own; the hash is not made again.
    /// </summary>
    public Tree WithTimes(ImmutableArray<NamedEntry> entries) => entries.SequenceEqual(Entries)
        ? new Tree(entries, Hash)
        : throw new ArgumentException("The entries differ by more than their times.", nameof(entries));

    /// <summary>What <paramref name="name"/> holds, or null.</summary>
    public Entry? Find(string name)
    {
        int low = 0, high = Entries.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Utf8Order.Compare(Entries[middle].Name, name);
            if (order == 0)
                return Entries[middle].Entry;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return null;
    }
}
