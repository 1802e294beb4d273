using OmnyDrive.Drives;
using OmnyDrive.Reconciling;

namespace OmnyDrive.History;

/// <summary>What made a generation.</summary>
public enum GenerationKind
{
    /// <summary>The first state that was seen.</summary>
    First = 1,
    /// <summary>Somebody changed files in the directory itself.</summary>
    Edit = 2,
    /// <summary>At an origin: a push landed. At a mount: it pushed.</summary>
    Push = 3,
    /// <summary>At a mount: it pulled.</summary>
    Pull = 4,
    /// <summary>An older state was brought back.</summary>
    Restore = 5,
    /// <summary>The last sync was taken back.</summary>
    Undo = 6,
    /// <summary>Somebody committed: of git drives, which have no other kind.</summary>
    Commit = 7,
}

/// <summary>
/// One state in the history of a root: of an origin each that it accepted, of a mount each that it and its origin agreed on. Order is by <paramref name="Number"/>, never by clock.
/// </summary>
/// <param name="Number">Counts from 1, without gaps.</param>
/// <param name="Kind">What made it.</param>
/// <param name="Ref">The state.</param>
/// <param name="Parent">The state before; of the first one the empty tree's.</param>
/// <param name="Author">The endpoint whose doing it was; null where nobody can tell, as of edits in the directory itself.</param>
/// <param name="At">When it was recorded, by the clock of the machine that did.</param>
/// <param name="Counts">How many paths differ from <paramref name="Parent"/>; null where the state before was not known path by path any more.</param>
public sealed record Generation(long Number, GenerationKind Kind, SyncRef Ref, SyncRef Parent, EndpointId? Author, DateTimeOffset At, ChangeCounts? Counts)
{
    /// <summary>What the commit says; null unless that is what made it.</summary>
    public CommitNote? Commit { get; init; }
}

/// <summary>What a commit says of itself.</summary>
/// <param name="Person">Who made it, by their own word.</param>
/// <param name="Subject">The first line of its message, cut where it is very long.</param>
public sealed record CommitNote(string Person, string Subject);

/// <summary>How many paths change, by how.</summary>
/// <param name="Added">Where nothing was.</param>
/// <param name="Modified">That hold something else.</param>
/// <param name="Deleted">Where nothing is any more.</param>
public readonly record struct ChangeCounts(int Added, int Modified, int Deleted)
{
    /// <summary>All together.</summary>
    public int Total => Added + Modified + Deleted;

    /// <summary>Counts changes; directories count like files.</summary>
    public static ChangeCounts Of(IEnumerable<Change> changes)
    {
        var (added, modified, deleted) = (0, 0, 0);
        foreach (var change in changes)
        {
            switch (change.Kind)
            {
                case ChangeKind.Add:
                    added++;
                    break;
                case ChangeKind.Delete:
                    deleted++;
                    break;
                default:
                    modified++;
                    break;
            }
        }
        return new ChangeCounts(added, modified, deleted);
    }
}
