using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>
/// Finds the names that a file system cannot hold beside those that it has. What is there already is not judged: it is there.
/// </summary>
public sealed class TargetNames
{
    private readonly Snapshot _target;
    private readonly TargetTraits _traits;
    private readonly Dictionary<DrivePath, Tree> _read = [];

    private TargetNames(Snapshot target, TargetTraits traits) => (_target, _traits) = (target, traits);

    /// <summary>
    /// The added paths that a target cannot take, each with the reason, sorted: a name that it reserves, and one that it takes for another that is there or comes with the same
    /// changes. A name that the changes remove is in nobody's way. Of several new names that are one there, the first is let through. Reads
    /// only the directories on the way to what is added.
    /// </summary>
    /// <param name="target">What the target holds.</param>
    /// <param name="changes">What is to be made there.</param>
    /// <param name="traits">What the target makes of names.</param>
    public static IReadOnlyList<PathConflict> Refused(Snapshot target, IReadOnlyList<Change> changes, TargetTraits traits)
    {
        if (traits == default)
            return [];
        var names = new TargetNames(target, traits);
        return [.. changes.GroupBy(change => change.Path.Parent)
            .Where(directory => directory.Any(Adds))
            .SelectMany(directory => names.RefusedIn(directory.Key, directory.OrderBy(change => change.Path).ToList()))
            .OrderBy(refused => refused.Path)];
    }

    /// <summary>Whether a change makes a name that was not there.</summary>
    internal static bool Adds(Change change) => change is { From: null, To: not null };

    private IEnumerable<PathConflict> RefusedIn(DrivePath directory, IReadOnlyList<Change> changes)
    {
        var taken = Remaining(directory, changes);
        foreach (var added in changes.Where(Adds))
        {
            if (Reason(added.Path.Name) is { } reserved)
                yield return Refuse(added, reserved);
            else if (!taken.TryAdd(_traits.KeyOf(added.Path.Name), added.Path.Name) && taken[_traits.KeyOf(added.Path.Name)] is var other && other != added.Path.Name)
                yield return Refuse(added, $"differs from \"{Printable.Of(directory.Child(other).ToString())}\" only by {Difference(added.Path.Name, other)}");
        }
    }

    // What stays in the directory, by what each name is to the target.
    private Dictionary<string, string> Remaining(DrivePath directory, IReadOnlyList<Change> changes)
    {
        var removed = changes.Where(change => change.To is null).Select(change => change.Path.Name).ToHashSet(StringComparer.Ordinal);
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, _) in TreeAt(directory).Entries)
        {
            if (!removed.Contains(name))
                taken.TryAdd(_traits.KeyOf(name), name);
        }
        return taken;
    }

    private Tree TreeAt(DrivePath directory)
    {
        if (_read.TryGetValue(directory, out var tree))
            return tree;
        var entry = directory.IsRoot ? _target.RootEntry : TreeAt(directory.Parent).Find(directory.Name);
        return _read[directory] = _target.TreeOf(directory, entry);
    }

    private string? Reason(string name) =>
        _traits.HasWindowsNames && WindowsNames.Refusal(name) is { } refusal ? refusal
        : _traits.DropsTrailingDots && name.EndsWith('.') ? "ends with a dot, which that file system drops"
        : null;

    private static string Difference(string one, string other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase) ? "case"
        : CanonicalForm.Of(one) == CanonicalForm.Of(other) ? "how its characters are composed"
        : "case and how its characters are composed";

    private static PathConflict Refuse(Change added, string reason) => new(added.Path, null, null, added.To) { Reason = reason };
}
