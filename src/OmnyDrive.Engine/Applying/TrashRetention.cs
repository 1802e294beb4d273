using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Roots;
using OmnyDrive.History;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Removes from the trash of a root what is not kept any longer, an area at a time. Of a root that is both a drive and a mount, each role has its own areas. The caller holds the root's apply lock.
/// </summary>
/// <param name="root">The root.</param>
/// <param name="role">Whose areas.</param>
/// <param name="policy">What is kept.</param>
/// <param name="time">The clock.</param>
internal sealed class TrashRetention(RootDirectory root, HistoryRole role, RetentionPolicy policy, TimeProvider time)
{
    /// <summary>Removes what has expired. What cannot be removed stays, and is tried again the next time: nobody waits for it.</summary>
    /// <param name="driveBytes">What the files of the drive have.</param>
    internal void Expire(long driveBytes)
    {
        using var trash = Open();
        foreach (var area in trash is null ? [] : Expired(trash, driveBytes))
        {
            try
            {
                // The catalogue goes first: what it names is looked for.
                if (trash!.Stat(TrashCatalogue.NameOf(area.Name)) is not null)
                    trash.RemoveFile(TrashCatalogue.NameOf(area.Name));
                RemoveAll(trash, area.Name);
            }
            catch (FileOperationException)
            {
                // Somebody else's file lies in it, or its directory may not be written.
            }
        }
    }

    /// <summary>The same where the lock is free, and nothing was broken off; else it is for whoever comes next.</summary>
    internal static void Expire(RootDirectory root, HistoryRole role, RetentionPolicy policy, long driveBytes, TimeProvider time)
    {
        var retention = new TrashRetention(root, role, policy, time);
        // Nobody shall find the lock taken for nothing.
        if (!retention.HasExpired(driveBytes))
            return;
        try
        {
            using var held = RootLock.TryTake(root, RootLayout.ApplyLock);
            if (held is not null && !ApplyLock.IsBrokenOff(root))
                retention.Expire(driveBytes);
        }
        catch (FileOperationException)
        {
            // Where the lock cannot be taken nothing can be removed, either.
        }
    }

    private bool HasExpired(long driveBytes)
    {
        using var trash = Open();
        return trash is not null && Expired(trash, driveBytes).Count > 0;
    }

    // One that cannot be opened is another user's.
    private IDirectoryHandle? Open()
    {
        try
        {
            return root.Open(RootLayout.Private.Append(RootLayout.Trash));
        }
        catch (FileOperationException)
        {
            return null;
        }
    }

    private IReadOnlyList<TrashedArea> Expired(IDirectoryHandle trash, long driveBytes)
    {
        try
        {
            return policy.Expired(Areas(trash), driveBytes, time.GetUtcNow());
        }
        catch (FileOperationException)
        {
            // Without knowing what the last sync displaced, nothing goes.
            return [];
        }
    }

    private List<TrashedArea> Areas(IDirectoryHandle trash)
    {
        var last = RootHistory.LastAreas(root);
        var areas = new List<TrashedArea>();
        foreach (var name in trash.List().Where(listed => listed.IsText).Select(listed => listed.Name).Where(IsOurs))
        {
            try
            {
                if (trash.Stat(name) is { Kind: FileKind.Directory } stat)
                    areas.Add(new TrashedArea(name, DateTimeOffset.UnixEpoch.AddTicks(stat.Modified / 100), TrashCatalogue.BytesOf(trash, name) ?? Measure(trash, name), last.Contains(name)));
            }
            catch (FileOperationException)
            {
                // Another process is removing it, or it is another user's: it stays for now.
            }
        }
        return areas;
    }

    // What leads back is named alike for both; what no history names goes with the drive, or with the mount where there is none.
    private bool IsOurs(string area) =>
        area.StartsWith("push-", StringComparison.Ordinal) ? role == HistoryRole.Drive
        : area.StartsWith("pull-", StringComparison.Ordinal) ? role == HistoryRole.Mount
        : role == (new RootHistory(root, HistoryRole.Drive).OfArea(area) is not null || !IsMount ? HistoryRole.Drive : HistoryRole.Mount);

    private bool IsMount => MarkerFile.Read(root)?.Mount is not null;

    // What an apply left that was broken off before it wrote down what it displaced, or that was taken back.
    private static long Measure(IDirectoryHandle holder, string name)
    {
        using var directory = holder.OpenDirectory(name);
        var bytes = 0L;
        foreach (var child in directory.List().Where(listed => listed.IsText).Select(listed => listed.Name))
            bytes += directory.Stat(child) switch { { Kind: FileKind.Directory } => Measure(directory, child), { Kind: FileKind.File } file => file.Size, _ => 0 };
        return bytes;
    }

    private static void RemoveAll(IDirectoryHandle holder, string name)
    {
        using (var directory = holder.OpenDirectory(name))
        {
            foreach (var child in directory.List().Where(listed => listed.IsText).Select(listed => listed.Name))
            {
                if (directory.Stat(child) is { Kind: FileKind.Directory })
                    RemoveAll(directory, child);
                else
                    directory.RemoveFile(child);
            }
        }
        holder.RemoveDirectory(name);
    }
}
