namespace OmnyDrive.Snapshots;

/// <summary>Steps through the directories of several snapshots at once.</summary>
internal static class TreeWalk
{
    /// <summary>The names that occur in either tree, each once and in order, with what the trees hold there.</summary>
    internal static IEnumerable<(string Name, Entry? First, Entry? Second)> Entries(Tree first, Tree second)
    {
        foreach (var (name, one, other, _) in Entries(first, second, Tree.Empty))
            yield return (name, one, other);
    }

    /// <summary>The same of three trees.</summary>
    internal static IEnumerable<(string Name, Entry? First, Entry? Second, Entry? Third)> Entries(Tree first, Tree second, Tree third)
    {
        int one = 0, two = 0, three = 0;
        while (Least(Least(NameAt(first, one), NameAt(second, two)), NameAt(third, three)) is { } name)
            yield return (name, Take(first, ref one, name), Take(second, ref two, name), Take(third, ref three, name));
    }

    private static string? NameAt(Tree tree, int position) => position < tree.Entries.Length ? tree.Entries[position].Name : null;

    private static string? Least(string? one, string? other) => one is null || (other is not null && Utf8Order.Compare(other, one) < 0) ? other : one;

    private static Entry? Take(Tree tree, ref int position, string name) => NameAt(tree, position) == name ? tree.Entries[position++].Entry : null;
}
