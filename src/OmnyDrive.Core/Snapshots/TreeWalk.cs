namespace OmnyDrive.Snapshots;

/// <summary>Steps through the directories of several snapshots at once.</summary>
internal static class TreeWalk
{
    /// <summary>The names that occur in any of the trees, each once, in order.</summary>
    internal static IEnumerable<string> Names(params Tree[] trees)
    {
        var positions = new int[trees.Length];
        while (true)
        {
            string? least = null;
            for (var i = 0; i < trees.Length; i++)
            {
                if (positions[i] < trees[i].Entries.Length && (least is null || Utf8Order.Compare(trees[i].Entries[positions[i]].Name, least) < 0))
                    least = trees[i].Entries[positions[i]].Name;
            }
            if (least is null)
                yield break;
            for (var i = 0; i < trees.Length; i++)
            {
                if (positions[i] < trees[i].Entries.Length && trees[i].Entries[positions[i]].Name == least)
                    positions[i]++;
            }
            yield return least;
        }
    }
}
