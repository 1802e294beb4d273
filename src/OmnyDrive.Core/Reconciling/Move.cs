using System.Text;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>
/// Two changes that amount to one file changing its path: what one takes away, the other makes with the same content. Whoever makes both may move the file instead of
/// copying it; each remains a change of its own path.
/// </summary>
/// <param name="Removed">The change that takes the file away.</param>
/// <param name="Added">The change that makes it.</param>
public sealed record Move(Change Removed, Change Added)
{
    // The coarsest that a file system makes of names; there a name that comes and one that goes may be one.
    private static readonly TargetTraits Folding = new() { IsCaseInsensitive = true, IsNormalizationInsensitive = true, DropsTrailingDots = true };

    /// <summary>
    /// The moves in a set of changes, each change in one at most, in the order in which those that make the files are given. Of several files with one content that go, the one of the same
    /// name is taken first. Only files that are gone afterwards and paths where nothing was; none at all where a directory comes whose name some file system may take for one
    /// that goes, because then the old must be gone before the new can come.
    /// </summary>
    /// <param name="changes">Changes of different paths.</param>
    /// <param name="isBound">Names that stay out of moves: of files that must be at hand before the changes are made.</param>
    public static IReadOnlyList<Move> Of(IReadOnlyList<Change> changes, Func<string, bool> isBound)
    {
        var turned = changes.Where(change => change is { RemovesDirectory: true, To: not null }).Select(change => change.Path).ToList();
        // What makes room for something else goes with all that lies below it, or stays with it.
        var sources = new Sources(changes.Where(change => change is { To: null, From.IsFile: true } && !isBound(change.Path.Name) && !turned.Exists(change.Path.IsAtOrBelow)));
        if (sources.IsEmpty)
            return [];
        var going = changes.Where(change => change.To is null || change.RemovesDirectory).Select(change => KeyOf(change.Path)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (changes.Any(change => change is { To.IsDirectory: true, From: not { IsDirectory: true } } && going.Contains(KeyOf(change.Path))))
            return [];
        var moves = new List<Move>();
        foreach (var added in changes.Where(change => change is { From: null, To.IsFile: true }))
        {
            if (!isBound(added.Path.Name) && !going.Contains(KeyOf(added.Path)) && sources.Take(added) is { } removed)
                moves.Add(new Move(removed, added));
        }
        return moves;
    }

    // To be compared without regard to case. Most names are ASCII without a dot at the end, and are their own keys.
    private static string KeyOf(DrivePath path) => path.ToString() is var text && Ascii.IsValid(text) && !text.EndsWith('.') && !text.Contains("./", StringComparison.Ordinal)
        ? text
        : string.Join('/', text.Split('/').Select(name => Folding.KeyOf(name).TrimEnd('.')));

    // What goes, by its content.
    private sealed class Sources
    {
        private readonly Dictionary<(ContentHash, string), Queue<Change>> _byName = [];
        private readonly Dictionary<ContentHash, Queue<Change>> _byContent = [];
        private readonly HashSet<DrivePath> _taken = [];

        internal Sources(IEnumerable<Change> removed)
        {
            foreach (var change in removed)
            {
                Queue(_byName, (change.From!.ContentHash, change.Path.Name)).Enqueue(change);
                Queue(_byContent, change.From.ContentHash).Enqueue(change);
            }
        }

        internal bool IsEmpty => _byContent.Count == 0;

        internal Change? Take(Change added) =>
            Next(_byName.GetValueOrDefault((added.To!.ContentHash, added.Path.Name)), added) ?? Next(_byContent.GetValueOrDefault(added.To.ContentHash), added);

        private Change? Next(Queue<Change>? waiting, Change added)
        {
            while (waiting is { Count: > 0 })
            {
                if (waiting.Dequeue() is var next && next.From!.Size == added.To!.Size && _taken.Add(next.Path))
                    return next;
            }
            return null;
        }

        private static Queue<Change> Queue<TKey>(Dictionary<TKey, Queue<Change>> queues, TKey key)
            where TKey : notnull => queues.TryGetValue(key, out var queue) ? queue : queues[key] = new();
    }
}
