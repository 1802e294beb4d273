using OmnyDrive.Chunking;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Conflicts;

/// <summary>Makes a third version of two: by a merge of their texts, or by what a person makes of them in a tool. The result is kept with the versions until a sync has carried it out.</summary>
internal sealed class VersionMerge(RootDirectory root, VersionStore versions, TimeProvider time)
{
    /// <summary>The decision, or why there is none.</summary>
    /// <param name="conflict">The conflict; its versions are in the store, as far as they are to be had.</param>
    /// <param name="draft">What a tool begins with; null for git's merge.</param>
    /// <param name="options">Merge or tool.</param>
    /// <param name="labels">How the sides are called in marks.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<(Resolution? Resolution, string? Reason)> MergeAsync(PathConflict conflict, Entry? draft, ResolveOptions options, (string Ours, string Theirs) labels, CancellationToken cancellation)
    {
        if (conflict is not { Ours: { IsFile: true } ours, Theirs: { IsFile: true } theirs } || conflict.Base is { IsFile: false })
            return (null, "only files that both sides have can be merged; choose --ours or --theirs");
        if (new[] { conflict.Base, ours, theirs }.Any(version => version?.Size > TextMerge.LargestText))
            return (null, $"it is larger than {TextMerge.LargestText >> 20} MiB; choose --ours, --theirs or --both");
        if (!Has(ours) || !Has(theirs))
            return (null, "a version of it is not to be had any more; run omnydrive sync again");
        var isTool = options.Choice == ResolutionChoice.Tool;
        if (!isTool && conflict.Base is { } wanted && !Has(wanted))
            return (null, "what both sides last agreed on is not to be had any more, so there is nothing to merge with; choose --ours, --theirs, --both or --tool");

        var directory = Directory.CreateTempSubdirectory("omnydrive-merge-").FullName;
        try
        {
            var files = await WriteAsync(directory, conflict, cancellation);
            var merged = await TextMerge.OfAsync(directory, (files.Local, files.Base, files.Remote), labels, cancellation);
            if (!isTool)
                return Of(conflict, merged, options.Markers);
            await File.WriteAllBytesAsync(files.Merged, draft is not null && Has(draft) ? Read(draft) : merged.Text ?? await File.ReadAllBytesAsync(files.Local, cancellation), cancellation);
            if (options.Tool is null || !await options.Tool(files, cancellation))
                return (null, "the tool ended without a result");
            return File.Exists(files.Merged) && new FileInfo(files.Merged).Length <= TextMerge.LargestText
                ? (Made(conflict, await File.ReadAllBytesAsync(files.Merged, cancellation)), null)
                : (null, "the tool left no merged file, or one that is too large");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private (Resolution?, string?) Of(PathConflict conflict, MergedText merged, bool markers)
    {
        if (merged.Text is null)
            return (null, "it is no text; choose --ours, --theirs or --both");
        if (merged.Overlaps > 0 && !markers)
            return (null, $"both sides changed the same lines in {(merged.Overlaps == 1 ? "1 place" : $"{merged.Overlaps} places")}; to have them marked: --merge --markers, or choose --tool, --ours, --theirs or --both");
        return (Made(conflict, merged.Text), null);
    }

    private Resolution Made(PathConflict conflict, byte[] content)
    {
        var hash = HashOf(content);
        versions.Add(hash, content);
        // The bit goes the way that one side alone changed it.
        var (was, ours, theirs) = (conflict.Base?.IsExecutable ?? false, conflict.Ours!.IsExecutable, conflict.Theirs!.IsExecutable);
        var executable = ours == was ? theirs : ours;
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        return new Resolution(conflict, ResolutionKind.Merged) { Result = Entry.File(content.Length, hash, executable, now) };
    }

    private static ContentHash HashOf(byte[] content)
    {
        using var hasher = new ContentHasher();
        hasher.Append(content);
        return hasher.Finish();
    }

    // Named so that a tool knows the language.
    private async Task<MergeFiles> WriteAsync(string directory, PathConflict conflict, CancellationToken cancellation)
    {
        var extension = Path.GetExtension(conflict.Path.Name) is { Length: <= 16 } known && known.All(char.IsAscii) ? known : "";
        string At(string version) => Path.Combine(directory, $"{version}{extension}");
        var files = new MergeFiles(conflict.Path, At("BASE"), At("LOCAL"), At("REMOTE"), At("MERGED"));
        foreach (var (path, version) in new[] { (files.Base, conflict.Base), (files.Local, conflict.Ours), (files.Remote, conflict.Theirs) })
            await File.WriteAllBytesAsync(path, version is not null && Has(version) ? Read(version) : [], cancellation);
        return files;
    }

    private bool Has(Entry version) => versions.Has(version.ContentHash, version.Size);

    private byte[] Read(Entry version)
    {
        var bytes = new byte[version.Size];
        using var directory = root.Open(RootLayout.Private.Append(RootLayout.Versions));
        using var file = directory.OpenRead(StagingArea.NameOf(version.ContentHash));
        var length = 0;
        for (int read; length < bytes.Length && (read = directory.Read(file, bytes.AsSpan(length), length)) > 0;)
            length += read;
        return bytes;
    }
}
