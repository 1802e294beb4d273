using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Conflicts;

/// <summary>
/// The contents of versions in conflict, and of what was made of them, by hash in <c>.omnydrive/versions</c>: kept until the conflict is settled, whatever becomes of the files. The caller holds the sync lock to write.
/// </summary>
internal sealed class VersionStore(RootDirectory root)
{
    /// <summary>Where a content lies, if it is kept.</summary>
    internal static DrivePath PlaceOf(ContentHash content) => RootLayout.Private.Append(RootLayout.Versions).Append(StagingArea.NameOf(content));

    /// <summary>Whether a content is kept.</summary>
    internal bool Has(ContentHash content, long size) => root.Stat(PlaceOf(content)) is { Kind: FileKind.File } stat && stat.Size == size;

    /// <summary>Those of the contents that are kept, and where.</summary>
    internal IReadOnlyDictionary<ContentHash, DrivePath> PlacesOf(IEnumerable<ContentNeed> wanted)
    {
        var places = new Dictionary<ContentHash, DrivePath>();
        if (root.Stat(RootLayout.Private.Append(RootLayout.Versions)) is null)
            return places;
        foreach (var need in wanted.Where(need => Has(need.Hash, need.Size)))
            places[need.Hash] = PlaceOf(need.Hash);
        return places;
    }

    /// <summary>Keeps what was staged, durably.</summary>
    internal void TakeFrom(StagingArea staging, IEnumerable<ContentNeed> contents)
    {
        using var versions = PrivateDirectory.OpenOrMake(root, RootLayout.Versions);
        foreach (var content in contents.Where(content => staging.Has(content.Hash)))
        {
            var place = staging.FileOf(content.Hash);
            place.Directory.RenameReplacing(place.Name, versions, StagingArea.NameOf(content.Hash));
        }
        versions.Sync();
    }

    /// <summary>Keeps a content, durably.</summary>
    internal void Add(ContentHash content, ReadOnlySpan<byte> bytes)
    {
        using var versions = PrivateDirectory.OpenOrMake(root, RootLayout.Versions);
        PrivateDirectory.Replace(versions, StagingArea.NameOf(content), bytes);
    }

    /// <summary>Removes all others.</summary>
    internal void RetainOnly(IReadOnlySet<ContentHash> wanted)
    {
        if (root.Stat(RootLayout.Private.Append(RootLayout.Versions)) is null)
            return;
        var names = wanted.Select(StagingArea.NameOf).ToHashSet(StringComparer.Ordinal);
        using var own = PrivateDirectory.OpenOrMake(root);
        using (var versions = own.OpenDirectory(RootLayout.Versions))
        {
            foreach (var listed in versions.List().Where(listed => listed.IsText && !names.Contains(listed.Name)))
                versions.RemoveFile(listed.Name);
        }
        PrivateDirectory.RemoveIfEmpty(own, RootLayout.Versions);
    }
}
