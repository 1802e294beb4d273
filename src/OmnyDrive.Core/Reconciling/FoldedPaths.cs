using System.Text;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

// Paths that some file system takes for one: there a name that comes and one that goes may be the same.
internal static class FoldedPaths
{
    // The coarsest that a file system makes of names.
    private static readonly TargetTraits Folding = new() { IsCaseInsensitive = true, IsNormalizationInsensitive = true, DropsTrailingDots = true };

    /// <summary>Compares what <see cref="KeyOf"/> gives.</summary>
    internal static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    /// <summary>What is the same for paths that may be one. Most names are ASCII without a dot at the end, and are their own keys.</summary>
    internal static string KeyOf(DrivePath path) => path.ToString() is var text && Ascii.IsValid(text) && !text.EndsWith('.') && !text.Contains("./", StringComparison.Ordinal)
        ? text
        : string.Join('/', text.Split('/').Select(name => Folding.KeyOf(name).TrimEnd('.')));

    /// <summary>Whether a change takes away what is at its path, or turns it from a directory into something else.</summary>
    internal static bool Goes(Change change) => change.To is null || change.RemovesDirectory;

    /// <summary>Whether a directory comes that may be one with something that goes: then the old must be gone before the new can come, and nothing can be moved.</summary>
    internal static bool IsNewDirectoryAmongThoseThatGo(IReadOnlyList<Change> changes)
    {
        var coming = changes.Where(change => change is { To.IsDirectory: true, From: not { IsDirectory: true } }).Select(change => change.Path).ToList();
        if (coming.Count == 0)
            return false;
        var tops = new Tops(coming);
        var keys = new Lazy<HashSet<string>>(() => coming.Select(KeyOf).ToHashSet(Comparer));
        return changes.Any(change => Goes(change) && tops.MayHold(change.Path) && keys.Value.Contains(KeyOf(change.Path)));
    }

    // The outermost directories of some. What may be one with one of these directories lies in what may be one with an outermost, or is it; of thousands of paths in a row it
    // is the same that they lie in.
    private sealed class Tops
    {
        private readonly Dictionary<int, HashSet<string>> _keysByDepth = [];
        private readonly Dictionary<int, (DrivePath Top, bool IsOne)> _last = [];

        internal Tops(IEnumerable<DrivePath> directories)
        {
            DrivePath? last = null;
            foreach (var directory in directories)
            {
                if (last is { } known && directory.IsAtOrBelow(known))
                    continue;
                last = directory;
                if (!_keysByDepth.TryGetValue(directory.Depth, out var keys))
                    _keysByDepth.Add(directory.Depth, keys = new HashSet<string>(Comparer));
                keys.Add(KeyOf(directory));
            }
        }

        internal bool MayHold(DrivePath path)
        {
            foreach (var (depth, keys) in _keysByDepth)
            {
                if (IsInOne(path, depth, keys))
                    return true;
            }
            return false;
        }

        private bool IsInOne(DrivePath path, int depth, HashSet<string> keys)
        {
            if (_last.TryGetValue(depth, out var last) && path.IsAtOrBelow(last.Top))
                return last.IsOne;
            if (path.Depth < depth)
                return false;
            var top = path.Top(depth);
            return (_last[depth] = (top, keys.Contains(KeyOf(top)))).IsOne;
        }
    }
}
