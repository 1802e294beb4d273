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
    private IDirectoryHandle? _holder;
    private DrivePath _holderPath;
    private readonly HashSet<DrivePath> _used = [];

    private string TakenBackName => $"{name}.undone";

    /// <summary>The directory that shall hold what <paramref name="path"/> had.</summary>
    internal IDirectoryHandle Holder(DrivePath path)
    {
        if (_holder is not null && _holderPath == path.Parent)
            return _holder;
        _holder?.Dispose();
        _holder = null;
        var at = Top().OpenDirectory(".");
        foreach (var part in path.Parent.IsRoot ? [] : path.Parent.ToString().Split('/'))
        {
            using var parent = at;
            at = PrivateDirectory.OpenOrMake(parent, part);
        }
        _holder = at;
        _holderPath = path.Parent;
        _used.Add(path.Parent);
        return at;
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
        _holder?.Dispose();
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
