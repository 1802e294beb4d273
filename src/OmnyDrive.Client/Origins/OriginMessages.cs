using OmnyDrive.Chunking;
using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Origins;

/// <summary>Where an origin stands.</summary>
/// <param name="Ref">The root hash of its tree.</param>
/// <param name="AccessMode">What cloners may do at most.</param>
/// <param name="Capabilities">What this origin can do.</param>
/// <param name="Filter">What its publisher leaves out.</param>
public sealed record OriginHead(SyncRef Ref, AccessMode AccessMode, Capabilities Capabilities, FilterOptions Filter)
{
    /// <summary>Which generation of its history that is; null where it has not been recorded, and where the origin keeps no history.</summary>
    public OriginGeneration? Generation { get; init; }

    /// <summary>The branches that a push does not move; null where the origin names none, as an origin of no git drive does.</summary>
    public IReadOnlyList<string>? ProtectedBranches { get; init; }
}

/// <summary>A state in the history of an origin.</summary>
/// <param name="Number">Its place in the order of states.</param>
/// <param name="Epoch">The epoch that it was accepted in: another begins when the directory is marked as a drive anew.</param>
/// <param name="Ref">The state.</param>
public sealed record OriginGeneration(long Number, string Epoch, SyncRef Ref)
{
    /// <summary>The most characters that an epoch has.</summary>
    public const int MaxEpochLength = 34;
}

/// <summary>Who changed a path last, as the history of an origin has it.</summary>
/// <param name="Path">The path.</param>
/// <param name="Author">The endpoint that pushed it; null where it was changed in the origin's directory itself.</param>
/// <param name="At">When that was recorded, by the clock of the origin.</param>
public sealed record PathAuthor(DrivePath Path, EndpointId? Author, DateTimeOffset At);

/// <summary>Asks for the tree of a directory.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Hash">The hash that its tree has.</param>
/// <param name="WithDescendants">Whether all directories below are wanted too.</param>
public readonly record struct TreeRequest(DrivePath Path, Hash256 Hash, bool WithDescendants);

/// <summary>The tree of a directory and where it stands; its files carry their modification times.</summary>
public readonly record struct LocatedTree(DrivePath Path, Tree Tree);

/// <summary>Asks for a content or a part of it.</summary>
/// <param name="Path">A path at the origin that had it.</param>
/// <param name="Hash">The hash of the whole content.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Offset">Where the wanted part begins.</param>
/// <param name="Length">How many bytes are wanted.</param>
public readonly record struct ContentRequest(DrivePath Path, ContentHash Hash, long Size, long Offset, long Length)
{
    /// <summary>Asks for all of a content.</summary>
    public ContentRequest(DrivePath path, ContentHash hash, long size)
        : this(path, hash, size, 0, size)
    {
    }
}

/// <summary>Asks for the chunk list of a content of 1 MiB or more.</summary>
/// <param name="Path">A path at the origin that had it.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Base">A content whose list the asker has: what both have may be told as runs of it. Null where there is none.</param>
public readonly record struct ChunkListRequest(DrivePath Path, ContentHash Hash, long Size, ContentHash? Base);

/// <summary>A part of a chunk list on its way. The parts of one list come one after the other; the last says how it ended.</summary>
/// <param name="Index">Which of the lists that were asked for, or of the contents that a push needs.</param>
/// <param name="Runs">What comes next in the list.</param>
/// <param name="Outcome">Open until the list has ended; unavailable where there is no list: then the content can be had only whole.</param>
public readonly record struct ChunkListPart(int Index, IReadOnlyList<ChunkRun> Runs, ContentOutcome Outcome)
{
    /// <summary>
    /// The pieces of a chunk that was told before, a hint for an asker who has most of its bytes elsewhere. In the order of the chunks, each once, and of few of them. Null where
    /// this part has none.
    /// </summary>
    public ChunkPieces? Pieces { get; init; }
}

/// <summary>A content that an origin lacks for a push.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Base">A content whose chunk list the origin has, that the new one may be told by; null where there is none.</param>
public readonly record struct ContentNeed(ContentHash Hash, long Size, ContentHash? Base = null);

/// <summary>A part of a content that an origin lacks for a push.</summary>
/// <param name="Need">Which content, in the list that <see cref="ITreeOrigin.BeginPushAsync"/> returned.</param>
/// <param name="Offset">Where the part begins.</param>
/// <param name="Length">How many bytes.</param>
public readonly record struct ContentRange(int Need, long Offset, long Length);

/// <summary>The id of a push: 32 hexadecimal digits drawn by the client. A retry uses the same.</summary>
public readonly record struct PushId
{
    private readonly string? _value;

    private PushId(string value) => _value = value;

    /// <summary>Draws an id at random.</summary>
    public static PushId New() => new(Guid.NewGuid().ToString("N"));

    /// <summary>Reads an id; throws <see cref="DriveException"/> <c>invalid</c> where it is malformed.</summary>
    public static PushId Parse(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower)
        ? new PushId(text)
        : throw DriveException.Invalid("A push id has 32 hexadecimal digits.");

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}

/// <summary>Announces a push.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Expected">The state that the plan read; the push lands only there.</param>
/// <param name="Target">The state that the push leads to.</param>
public sealed record PushIntent(PushId Id, SyncRef Expected, SyncRef Target)
{
    /// <summary>The brakes that somebody allowed for this push. The origin checks by itself whether the push sets off any.</summary>
    public IReadOnlyCollection<Brake> Allowed { get; init; } = [];

    /// <summary>
    /// Whether it may land although the origin is not where the plan saw it, if the paths that it changes are: so that what grows elsewhere does not refuse every push. False by default. The result tells where the
    /// origin stands then.
    /// </summary>
    public bool TouchedOnly { get; init; }

    /// <summary>Whether it takes another push back: then the origin looks in all of its trash for what it needs.</summary>
    public bool LeadsBack { get; init; }

    /// <summary>Whose push it is. Filled in by who knows: a content server takes it from the ticket, and not from what a client says. Null where nobody knows.</summary>
    public EndpointId? Author { get; init; }
}

/// <summary>How a push ended.</summary>
/// <param name="Landed">Whether it landed. If not, nothing was changed.</param>
/// <param name="Ref">Where the origin stands now.</param>
public sealed record PushResult(bool Landed, SyncRef Ref)
{
    /// <summary>The generation that it made where it landed, if the origin says so.</summary>
    public OriginGeneration? Generation { get; init; }
}
