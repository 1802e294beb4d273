using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Keeps what an apply displaced, under <c>.omnydrive/trash/&lt;name&gt;/</c> by the path it had. Made when the first file comes.
/// </summary>
internal sealed class TrashArea(RootDirectory root, string name) : IDisposable
{
    private IDirectoryHandle? _top;
    private IDirectoryHandle? _takenBack;
    // The directories that lead to the one that was used last, from the area down.
    private readonly List<(string Name, IDirectoryHandle Directory)> _open = [];
    private DrivePath? _holderPath;
    private readonly HashSet<DrivePath> _used = [];

    /// <summary>The name of the area.</summary>
    internal string Name => name;

    private string TakenBackName => $"{name}.undone";

    /// <summary>The directory that shall hold what <paramref name="path"/> had.</summary>
    internal IDirectoryHandle Holder(DrivePath path)
    {
        var holder = path.Parent;
        if (_holderPath != holder)
        {
            var parts = holder.IsRoot ? [] : holder.ToString().Split('/');
            var shared = 0;
            while (shared < _open.Count && shared < parts.Length && _open[shared].Name == parts[shared])
                shared++;
            CloseFrom(shared);
            foreach (var part in parts.AsSpan(shared))
                _open.Add((part, PrivateDirectory.MakeOrOpen(_open is [.., var (_, above)] ? above : Top(), part)));
            _holderPath = holder;
        }
        _used.Add(holder);
        return _open is [.., var (_, last)] ? last : Top();
    }

    /// <summary>What an apply put here for a path; null where it put nothing. Makes nothing.</summary>
    internal FileStat? Stat(DrivePath path)
    {
        using var holder = Existing(path);
        return holder?.Stat(path.Name);
    }

    /// <summary>The directory that holds what <paramref name="path"/> had, to be disposed; null where it was not made.</summary>
    internal IDirectoryHandle? Existing(DrivePath path)
    {
        try
        {
            using var trash = root.Open(RootLayout.Private.Append(RootLayout.Trash));
            using var area = trash.OpenDirectory(name);
            return area.OpenBelow(Encoding.UTF8.GetBytes(path.Parent.ToString()));
        }
        catch (FileOperationException e) when (e.Error is FileError.NotFound or FileError.NotADirectory)
        {
            return null;
        }
    }

    private void CloseFrom(int depth)
    {
        // Should opening another fail, none was used last.
        _holderPath = null;
        foreach (var (_, directory) in _open[depth..])
            directory.Dispose();
        _open.RemoveRange(depth, _open.Count - depth);
    }

    /// <summary>
    /// The directory for what was placed and taken back again. Apart from what was displaced: there a file may lie where the new tree has
    /// a directory.
    /// </summary>
    internal IDirectoryHandle TakenBack() => _takenBack ??= Make(TakenBackName);

    /// <summary>Removes that directory if nothing was taken back.</summary>
    internal void DropTakenBack()
    {
        if (_takenBack is null)
            return;
        _takenBack.Dispose();
        _takenBack = null;
        using var trash = PrivateDirectory.OpenOrMake(root, RootLayout.Trash);
        PrivateDirectory.RemoveIfEmpty(trash, TakenBackName);
    }

    /// <summary>
    /// Writes down which contents those changes put here, so that they are found when they are wanted again. Not durable, and nothing is lost where it cannot be written:
    /// the changes have been made.
    /// </summary>
    internal void WriteDown(IEnumerable<Change> applied)
    {
        if (_top is null)
            return;
        var displaced = applied.Where(change => change is { From.IsFile: true } && (change.NeedsContent || change.To is not { IsFile: true }))
            .Select(change => new TrashedContent(change.From!.ContentHash, change.From.Size, change.Path.ToString())).ToList();
        if (displaced.Count == 0)
            return;
        try
        {
            using var trash = PrivateDirectory.OpenOrMake(root, RootLayout.Trash);
            TrashCatalogue.Write(trash, name, displaced);
        }
        catch (FileOperationException)
        {
            // Then these contents travel again.
        }
    }

    /// <summary>Makes durable what lies here.</summary>
    internal void Sync()
    {
        if (_top is null)
            return;
        foreach (var parent in _used.SelectMany(Lineage).Distinct().ToList())
            Holder(parent.Append("any")).Sync();
        using var trash = PrivateDirectory.OpenOrMake(root, RootLayout.Trash);
        trash.Sync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseFrom(0);
        _takenBack?.Dispose();
        _top?.Dispose();
    }

    private static IEnumerable<DrivePath> Lineage(DrivePath directory)
    {
        for (var at = directory; !at.IsRoot; at = at.Parent)
            yield return at;
        yield return DrivePath.Root;
    }

    private IDirectoryHandle Top() => _top ??= Make(name);

    private IDirectoryHandle Make(string name)
    {
        using var trash = PrivateDirectory.OpenOrMake(root, RootLayout.Trash);
        return PrivateDirectory.OpenOrMake(trash, name);
    }
}
