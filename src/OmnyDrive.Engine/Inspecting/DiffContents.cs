using System.Text;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Conflicts;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Inspecting;

/// <summary>The contents of some changes, from wherever they are to be had, for comparing them as texts.</summary>
internal sealed class DiffContents : IDisposable
{
    /// <summary>The largest text that is compared, in bytes.</summary>
    internal const long LargestText = 1L << 20;

    private const int LookedAt = 8000, MostLines = 10_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly StagingArea _staging;
    private readonly IReadOnlyDictionary<ContentHash, byte[]> _bases;

    private DiffContents(StagingArea staging, IReadOnlyDictionary<ContentHash, byte[]> bases) => (_staging, _bases) = (staging, bases);

    /// <summary>Brings together what can be had: from the root, its trash, kept versions and bases, and from the origin if there is one to ask.</summary>
    internal static async Task<DiffContents> GatherAsync(RootDirectory root, RootScanner scanner, IReadOnlyList<Change> changes, ITreeOrigin? origin, CancellationToken cancellation)
    {
        List<ContentRequest> wanted = [.. changes.SelectMany(TextsOf).DistinctBy(request => request.Hash)];
        var bases = new BaseStore(root).Find(wanted.Select(request => request.Hash).ToHashSet());
        wanted.RemoveAll(request => bases.ContainsKey(request.Hash));
        var staging = StagingArea.CreateEmpty(root, $"diff-{Guid.NewGuid():N}");
        try
        {
            // None of it is of use afterwards.
            staging.Complete();
            var intake = new ContentIntake(root.Top.Path, staging, scanner.Scan(root, cancellation).Index, new ContentBases([]), scanner.LargeFiles);
            IReadOnlyList<ContentNeed> needs = [.. wanted.Select(ContentFetcher.NeedOf)];
            await Task.Run(() => intake.TakeFrom(new VersionStore(root).PlacesOf(needs), needs, cancellation), cancellation);
            if (origin is not null)
                await new ContentFetcher(origin, intake, new TransferMeter(wanted.Count, wanted.Sum(request => request.Size), null)).FetchAsync(wanted, cancellation);
            else
                await Task.Run(() => intake.TakeLocal(wanted, ContentFetcher.NeedOf, cancellation), cancellation);
            return new DiffContents(staging, bases);
        }
        catch
        {
            staging.Dispose();
            throw;
        }
    }

    /// <summary>How many bytes comparing a change takes.</summary>
    internal static long BytesOf(Change change) => TextsOf(change).Sum(request => request.Size);

    private static IEnumerable<ContentRequest> TextsOf(Change change) => IsComparable(change)
        ? new[] { change.From, change.To }.OfType<Entry>().Where(version => version.IsFile).Select(version => new ContentRequest(change.Path, version.ContentHash, version.Size))
        : [];

    private static bool IsComparable(Change change) =>
        change.NeedsContent | change is { From.IsFile: true, To: not { IsFile: true } } && new[] { change.From, change.To }.All(version => version is not { IsFile: true } || version.Size <= LargestText);

    /// <summary>How a path differs.</summary>
    internal PathDiff Compare(Change change)
    {
        if (change.From is not { IsFile: true } && change.To is not { IsFile: true })
            return new PathDiff(change, null, null);
        if (change.From is { IsFile: true } && change.To is { IsFile: true } && !change.NeedsContent)
            return new PathDiff(change, null, change.To.IsExecutable ? "it became executable" : "it is not executable any more");
        if (!IsComparable(change))
            return new PathDiff(change, null, $"it is larger than {LargestText >> 20} MiB: {Sizes(change)}");
        if (Read(change.From) is not { } before || Read(change.To) is not { } after)
            return new PathDiff(change, null, $"a version of it is not to be had: {Sizes(change)}");
        if (TextOf(before) is not { } from || TextOf(after) is not { } to)
            return new PathDiff(change, null, $"it is no text: {Sizes(change)}");
        // Finding what differs takes the square of that in the worst case.
        return LinesOf(from) > MostLines || LinesOf(to) > MostLines
            ? new PathDiff(change, null, $"it has more than {MostLines} lines: {Sizes(change)}")
            : new PathDiff(change, UnifiedText.Of(from, to), null);
    }

    private static int LinesOf(string text) => text.AsSpan().Count('\n') + text.AsSpan().Count('\r');

    private static string Sizes(Change change) => $"{Size(change.From)}, then {Size(change.To)}";

    private static string Size(Entry? version) => version is { IsFile: true } ? $"{version.Size} bytes" : "no file";

    private byte[]? Read(Entry? version)
    {
        if (version is not { IsFile: true } || version.Size == 0)
            return [];
        if (_bases.TryGetValue(version.ContentHash, out var kept))
            return kept;
        if (!_staging.Has(version.ContentHash))
            return null;
        var place = _staging.FileOf(version.ContentHash);
        var bytes = new byte[version.Size];
        using var file = place.Directory.OpenRead(place.Name);
        return new FileSource(place.Directory, file).Fill(bytes, 0) == bytes.Length ? bytes : null;
    }

    private static string? TextOf(byte[] bytes)
    {
        if (bytes.AsSpan(0, Math.Min(LookedAt, bytes.Length)).Contains((byte)0))
            return null;
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _staging.Dispose();
}
