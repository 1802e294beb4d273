using System.Buffers;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// What transfers that were cut leave in their areas: contents and parts of contents, named by their hashes, which the next transfer takes over. Nothing
/// of it is believed before it is verified again. Kept for three days, and not more than 32 GiB.
/// </summary>
internal static class StagingLeftovers
{
    internal const long MostBytes = 32L << 30;

    internal static readonly TimeSpan Kept = TimeSpan.FromDays(3);

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private const string PartSuffix = ".part";

    // The content without bytes, which nobody has to bring: nobody takes it over.
    private static readonly string Nothing = Hash256.Of([]).ToString();

    /// <summary>The name of a large content while it is not complete.</summary>
    internal static string PartOf(ContentHash content) => StagingArea.NameOf(content) + PartSuffix;

    /// <summary>Takes over into an area what those leave that have no owner any more, and removes them. Returns the names of what came.</summary>
    internal static IReadOnlySet<string> Adopt(IDirectoryHandle all, IDirectoryHandle into, TimeProvider time)
    {
        foreach (var (name, abandoned) in StagingOwners.Abandoned(all))
        {
            BuiltLeftovers.Flatten(abandoned);
            foreach (var file in Own(abandoned))
            {
                if (!IsContent(abandoned, file) || !TryMove(abandoned, file, into))
                    abandoned.RemoveFile(file);
            }
            RemoveIfEmpty(all, name, abandoned);
        }
        Expire(into, time);
        return into.List().Select(listed => listed.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Removes what is too old or too much in areas of a root that have no owner any more.</summary>
    internal static void Expire(RootDirectory root, TimeProvider time)
    {
        using var own = PrivateDirectory.OpenOrMake(root);
        if (own.Stat(RootLayout.Staging) is null)
            return;
        using var all = own.OpenDirectory(RootLayout.Staging);
        foreach (var (name, abandoned) in StagingOwners.Abandoned(all))
        {
            BuiltLeftovers.Flatten(abandoned);
            Expire(abandoned, time);
            Leave(all, name, abandoned, _ => true);
        }
    }

    /// <summary>
    /// Removes from an area all that nobody takes over, and the area where nothing is left. Its lock ends with its handle. Goes by what lies there: after a transfer that is
    /// little, however much was staged.
    /// </summary>
    /// <param name="all">Holds the areas.</param>
    /// <param name="name">The area's.</param>
    /// <param name="directory">The area.</param>
    /// <param name="isOfUse">Whether a content, or what there is of it, may be of use to the next transfer.</param>
    internal static void Leave(IDirectoryHandle all, string name, IDirectoryHandle directory, Func<ContentHash, bool> isOfUse)
    {
        foreach (var file in Own(directory).Where(file => !IsContent(directory, file) || !isOfUse(new ContentHash(Hash256.Parse(file.AsSpan(0, 2 * Hash256.Size))))))
            directory.RemoveFile(file);
        RemoveIfEmpty(all, name, directory);
    }

    /// <summary>Removes contents and their parts.</summary>
    internal static void Remove(IDirectoryHandle directory, IEnumerable<ContentHash> contents)
    {
        foreach (var name in contents.SelectMany(content => new[] { StagingArea.NameOf(content), PartOf(content) }))
        {
            if (directory.Stat(name) is not null)
                directory.RemoveFile(name);
        }
    }

    private static void Expire(IDirectoryHandle directory, TimeProvider time)
    {
        var oldest = (time.GetUtcNow() - Kept - DateTimeOffset.UnixEpoch).Ticks * 100;
        var bytes = 0L;
        var files = directory.List().Select(listed => (listed.Name, Stat: directory.Stat(listed.Name))).Where(file => IsName(file.Name) && file.Stat is { Kind: FileKind.File });
        foreach (var (name, stat) in files.OrderByDescending(file => file.Stat!.Value.Modified))
        {
            bytes += stat!.Value.Size;
            if (stat.Value.Modified < oldest || bytes > MostBytes)
                directory.RemoveFile(name);
        }
    }

    // Directories and names that are no text are none of ours: they stay where somebody put them, and stop no transfer.
    private static IEnumerable<string> Own(IDirectoryHandle directory) =>
        directory.List().Where(listed => listed.IsText && directory.Stat(listed.Name) is not { Kind: FileKind.Directory }).Select(listed => listed.Name);

    private static void RemoveIfEmpty(IDirectoryHandle all, string name, IDirectoryHandle directory)
    {
        if (directory.List().Count == 0)
            all.RemoveDirectory(name);
    }

    // A link or FIFO of that name would be followed or waited for by whoever takes it for a content.
    private static bool IsContent(IDirectoryHandle directory, string name) => IsName(name) && directory.Stat(name) is { Kind: FileKind.File };

    private static bool IsName(string name)
    {
        var hash = name.EndsWith(PartSuffix, StringComparison.Ordinal) ? name.AsSpan(0, name.Length - PartSuffix.Length) : name;
        return hash.Length == 2 * Hash256.Size && !hash.ContainsAnyExcept(HexDigits) && !hash.SequenceEqual(Nothing);
    }

    // What another left of the same content is as good.
    private static bool TryMove(IDirectoryHandle from, string name, IDirectoryHandle into)
    {
        try
        {
            from.RenameNoReplace(name, into, name);
            return true;
        }
        catch (FileOperationException e) when (e.Error == FileError.Exists)
        {
            return false;
        }
    }
}
