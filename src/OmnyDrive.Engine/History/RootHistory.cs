using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.History;

namespace OmnyDrive.Engine.History;

/// <summary>
/// The history of a root in <c>.omnydrive/history</c>: which states it had, and of each the paths that it changed, with what they held before. What they held is content in the trash, as long
/// as that is kept. It belongs to the root, and goes where the root goes.
/// </summary>
internal sealed class RootHistory(RootDirectory root, HistoryRole role)
{
    /// <summary>How many generations are looked at where something is searched in them.</summary>
    internal const int LongestLook = 256;

    private readonly string _name = role == HistoryRole.Drive ? "drive" : "mount";

    /// <summary>The newest generation; null where none is recorded.</summary>
    internal RecordedGeneration? Last()
    {
        using var directory = Existing();
        using var log = directory is null ? null : GenerationLog.TryOpen(directory);
        return log?.Last();
    }

    /// <summary>The generation of that number; null where there is none.</summary>
    internal RecordedGeneration? Find(long number)
    {
        using var directory = Existing();
        using var log = directory is null ? null : GenerationLog.TryOpen(directory);
        return log?.Find(number);
    }

    /// <summary>The generations, the newest first.</summary>
    internal IReadOnlyList<RecordedGeneration> NewestFirst(int most = int.MaxValue)
    {
        using var directory = Existing();
        using var log = directory is null ? null : GenerationLog.TryOpen(directory);
        return [.. (log?.NewestFirst() ?? []).Take(most)];
    }

    /// <summary>The generation whose apply displaced into that area, if it is one of the last few hundred.</summary>
    internal RecordedGeneration? OfArea(string area) => NewestFirst(LongestLook).FirstOrDefault(recorded => recorded.Area == area);

    /// <summary>What a generation changed, a change at a time; nothing where that is not known any more.</summary>
    internal IEnumerable<RecordedChange> Stream(Generation generation)
    {
        using var directory = generation.Counts is null ? null : Existing();
        using var changes = directory is null ? null : ChangeListFile.Read(directory, generation.Number).GetEnumerator();
        while (changes is not null && TryNext(changes))
            yield return changes.Current;
    }

    private static bool TryNext(IEnumerator<RecordedChange> changes)
    {
        try
        {
            return changes.MoveNext();
        }
        catch (Exception e) when (e is InvalidDataException or FileOperationException { Error: FileError.NotFound })
        {
            return false;
        }
    }

    /// <summary>What a generation changed; null where that is not known any more.</summary>
    internal IReadOnlyList<RecordedChange>? ChangesOf(Generation generation)
    {
        if (generation.Counts is null)
            return null;
        using var directory = Existing();
        try
        {
            return directory is null ? null : [.. ChangeListFile.Read(directory, generation.Number)];
        }
        catch (Exception e) when (e is InvalidDataException or FileOperationException { Error: FileError.NotFound })
        {
            return null;
        }
    }

    /// <summary>
    /// Begins the next generation, durably: it counts when it is accepted, which takes no more room. What an earlier attempt left is written over. The caller holds the apply lock.
    /// </summary>
    /// <param name="root">The root.</param>
    /// <param name="next">All but its number.</param>
    /// <param name="changes">What it changes; null where that is not known.</param>
    internal static BegunGeneration Begin(RootDirectory root, NextGeneration next, IReadOnlyList<RecordedChange>? changes)
    {
        var directory = new RootHistory(root, next.Role).Make();
        GenerationLog? log = null;
        try
        {
            log = GenerationLog.OpenOrMake(directory);
            var last = log.Last()?.Generation;
            var generation = new Generation((last?.Number ?? 0) + 1, next.Kind, next.Ref, next.Parent, next.Author, next.At, changes is null ? null : ChangeCounts.Of(changes.Select(recorded => recorded.Change)));
            if (changes is not null)
                ChangeListFile.Write(directory, generation.Number, changes);
            directory.Sync();
            var recorded = new RecordedGeneration(generation, next.Area, next.Epoch);
            log.Begin(recorded);
            return new BegunGeneration(directory, log, recorded);
        }
        catch
        {
            log?.Dispose();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Accepts a pull or push of a mount that was begun and broken off: each path of a pull is as it was or as planned, and nobody knows whether the push landed; whoever goes back looks at
    /// each path. Anything else that was begun did not come about.
    /// The caller holds the apply lock.
    /// </summary>
    internal void EndBrokenOff()
    {
        using var directory = Existing();
        if (directory is null)
            return;
        using var log = GenerationLog.TryOpen(directory);
        if (role != HistoryRole.Mount || log?.Begun() is not { Generation: { Kind: GenerationKind.Pull or GenerationKind.Push } begun })
            return;
        using var writing = GenerationLog.OpenOrMake(directory);
        writing.Mark(begun.Number, isAccepted: true);
        writing.Sync();
    }

    /// <summary>The areas of the trash that hold what the last sync displaced, of each role that the root plays.</summary>
    internal static IReadOnlySet<string> LastAreas(RootDirectory root) => new[] { HistoryRole.Drive, HistoryRole.Mount }
        .Select(role => new RootHistory(root, role).NewestFirst(LongestLook).FirstOrDefault(recorded => recorded.Area.Length > 0)?.Area)
        .OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether an apply that displaced into that area came about, as the history of either role has it.</summary>
    internal static bool HasAccepted(RootDirectory root, string area) =>
        new[] { HistoryRole.Drive, HistoryRole.Mount }.Any(role => new RootHistory(root, role).OfArea(area) is not null);

    /// <summary>
    /// Removes the histories of roles that a root does not play any more. Of a drive, which states it had stays: published again, it is known to its mounts as the drive that it was. But nobody knows a drive whose publishing
    /// was taken back.
    /// </summary>
    internal static void RemoveUnless(RootDirectory root, Predicate<HistoryRole> isPlayed, string? takenBack)
    {
        foreach (var role in new[] { HistoryRole.Drive, HistoryRole.Mount }.Where(role => !isPlayed(role)))
        {
            var history = new RootHistory(root, role);
            history.Remove(keepsLog: role == HistoryRole.Drive && (takenBack is null || history.NewestFirst().Any(recorded => recorded.Epoch != takenBack)));
        }
    }

    private void Remove(bool keepsLog)
    {
        using var directory = Existing();
        if (directory is null)
            return;
        foreach (var name in directory.List().Where(listed => listed.IsText).Select(listed => listed.Name).Where(name => !keepsLog || name != GenerationLog.FileName))
            directory.RemoveFile(name);
        using var own = PrivateDirectory.OpenOrMake(root);
        using (var history = own.OpenDirectory(RootLayout.History))
            PrivateDirectory.RemoveIfEmpty(history, _name);
        PrivateDirectory.RemoveIfEmpty(own, RootLayout.History);
    }

    private IDirectoryHandle? Existing()
    {
        try
        {
            return root.Open(RootLayout.Private.Append(RootLayout.History).Append(_name));
        }
        catch (FileOperationException e) when (e.Error == FileError.NotFound)
        {
            return null;
        }
    }

    private IDirectoryHandle Make()
    {
        using var history = PrivateDirectory.OpenOrMake(root, RootLayout.History);
        return PrivateDirectory.OpenOrMake(history, _name);
    }
}
