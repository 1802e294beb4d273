using System.Collections.Concurrent;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// New directories that are built in a staging area as their contents come, each file under its own name and with its attributes, so that one rename takes a directory with all that
/// it holds to its place. Nobody sees it before. One in which something cannot be made is given up: its files are placed one by one, as they would be without this.
/// </summary>
internal sealed class BuiltDirectories : IDisposable
{
    private readonly NewDirectories _planned;
    private readonly RootDirectory _tree;
    private readonly bool[] _isGivenUp, _isPlaced;

    // By the index of a change, its file once that is here, verified, and what it was then.
    private readonly BuiltFiles _files;

    // The change whose file a content is written to when it comes, later any whose file it is. Large ones are put together elsewhere.
    private readonly Dictionary<ContentHash, int> _places;
    private readonly ConcurrentBag<RootDirectory> _idle = [];
    private bool _isFilled;

    private BuiltDirectories(NewDirectories planned, RootDirectory tree)
    {
        (_planned, _tree, _isGivenUp, _isPlaced) = (planned, tree, new bool[planned.Count], new bool[planned.Count]);
        (_files, _places) = (new BuiltFiles(planned.Changes.Count), new Dictionary<ContentHash, int>(planned.Changes.Count));
        for (var i = 0; i < planned.Changes.Count; i++)
        {
            if (planned.Changes[i].To is { IsFile: true } to && !ContentHash.IsChunked(to.Size))
                _places.TryAdd(to.ContentHash, i);
        }
    }

    /// <summary>How many things are made here.</summary>
    internal int Count => _planned.Changes.Count;

    /// <summary>Makes the directories in an area. Null where there are none.</summary>
    internal static BuiltDirectories? Begin(IDirectoryHandle area, NewDirectories planned)
    {
        if (planned.Count == 0)
            return null;
        var built = new BuiltDirectories(planned, RootDirectory.Over(PrivateDirectory.OpenOrMake(area, BuiltLeftovers.Tree)));
        try
        {
            for (var i = 0; i < planned.Count; i++)
                built.TryMakeAncestors(planned[i]);
            foreach (var change in planned.Changes.Where(change => change.To!.IsDirectory))
                built.Try(change.Path, () => built._tree.Holder(change.Path).MakeDirectory(change.Path.Name, FileModes.AllAll));
            return built;
        }
        catch
        {
            built.Dispose();
            throw;
        }
    }

    /// <summary>Begins to write a content where it belongs; null where that is nowhere here. Safe for concurrent use for different contents.</summary>
    internal ArrivingFile? TryBegin(ContentHash content)
    {
        if (!_places.TryGetValue(content, out var at) || !IsInWhole(_planned.Changes[at].Path))
            return null;
        var path = _planned.Changes[at].Path;
        var tree = Lease();
        try
        {
            var place = new FilePlace(tree.Holder(path), path.Name);
            return new ArrivingFile(place, place.Directory.CreateNew(place.Name, NewFileMode.Value), () => _idle.Add(tree));
        }
        catch (FileOperationException e)
        {
            _idle.Add(tree);
            if (!GiveUp(path, e))
                throw;
            return null;
        }
    }

    /// <summary>Ends the writing of a verified content; false where the file could not get its attributes and is not taken for staged.</summary>
    internal bool TryEnd(ContentHash content, ArrivingFile file)
    {
        var at = _places[content];
        var change = _planned.Changes[at];
        try
        {
            _files.Set(at, NewFile.Finish(file.Place, file.File, change.To!));
            return true;
        }
        catch (FileOperationException e) when (GiveUp(change.Path, e))
        {
            return false;
        }
    }

    /// <summary>Whether a content is here, verified.</summary>
    internal bool Has(ContentHash content) => _places.TryGetValue(content, out var at) && _files.Has(at);

    /// <summary>Where a content lies that is here.</summary>
    internal FilePlace FileOf(ContentHash content) => At(_planned.Changes[_places[content]].Path);

    /// <summary>Does something with the file of a content that is here; safe for concurrent use.</summary>
    internal T With<T>(ContentHash content, Func<FilePlace, T> use) => With(_planned.Changes[_places[content]].Path, use);

    private T With<T>(DrivePath path, Func<FilePlace, T> use)
    {
        var tree = Lease();
        try
        {
            return use(new FilePlace(tree.Holder(path), path.Name));
        }
        finally
        {
            _idle.Add(tree);
        }
    }

    /// <summary>
    /// Makes what is not here yet: links, further files of the same contents, and large ones, which were put together elsewhere. To be called when all contents have come.
    /// </summary>
    /// <param name="needing">The changes whose contents were staged.</param>
    /// <param name="elsewhere">Where a content lies that is not here; the file is taken from there.</param>
    internal void Fill(IEnumerable<Change> needing, Func<ContentHash, FilePlace> elsewhere)
    {
        if (_isFilled)
            return;
        _isFilled = true;
        foreach (var link in _planned.Changes.Where(change => change.To!.Kind == EntryKind.Symlink && IsInWhole(change.Path)))
            Try(link.Path, () => _tree.Holder(link.Path).MakeSymlink(link.Path.Name, link.To!.Target));
        foreach (var change in needing.Where(change => IsInWhole(change.Path)))
        {
            var content = change.To!.ContentHash;
            if (!Has(content))
                Try(change.Path, () => TakeOver(change, elsewhere(content)));
            else if (_planned.Changes[_places[content]].Path != change.Path)
                Try(change.Path, () => _files.Set(_planned.ChangeAt(change.Path), NewFile.Copy(FileOf(content), At(change.Path), change.To)));
        }
    }

    /// <summary>Whether a path lies in a directory that will be placed whole, or has been.</summary>
    internal bool IsInWhole(DrivePath path) => _planned.IndexOf(path) is >= 0 and var index && !Volatile.Read(ref _isGivenUp[index]);

    /// <summary>What a file is that lies in a directory which will be placed whole, or has been; nobody else has seen it before.</summary>
    internal Fingerprint FileAt(DrivePath path) => _planned.ChangeAt(path) is >= 0 and var at && _files.Has(at)
        ? _files[at]
        : throw new InvalidOperationException($"\"{path}\" was not built.");

    /// <summary>What lies at a path of one that will be placed whole; safe for concurrent use.</summary>
    internal FileStat Stat(DrivePath path) => With(path, built => built.Directory.Stat(built.Name)
        ?? throw new FileOperationException(FileError.NotFound, "find in the staging area", $"{built.Directory.Path}/{built.Name}", "it was removed"));

    /// <summary>Gives up those in whose places something is.</summary>
    internal void GiveUpWhere(Predicate<DrivePath> isTaken)
    {
        for (var i = 0; i < _planned.Count; i++)
            _isGivenUp[i] |= isTaken(_planned[i]);
    }

    /// <summary>Takes the files out of those that were given up: each goes to the name of its content in the area, or is removed where such a one is there.</summary>
    internal void Dissolve(Func<ContentHash, FilePlace?> into, Action<ContentHash> onMoved)
    {
        for (var i = 0; i < _planned.Count; i++)
        {
            if (!_isGivenUp[i])
                continue;
            var (begin, end) = _planned.RangeOf(i);
            for (var at = begin; at < end; at++)
            {
                if (_files.Has(at))
                    Dissolve(at, _planned.Changes[at].To!.ContentHash, into, onMoved);
            }
        }
    }

    /// <summary>Whether a directory was placed, and so all that is in it.</summary>
    internal bool IsPlaced(DrivePath path) => _planned.IndexOf(path) is >= 0 and var index && _isPlaced[index];

    /// <summary>Whether a path is that of one that will be placed whole.</summary>
    internal bool IsWhole(DrivePath path) => IsTop(path) && IsInWhole(path);

    /// <summary>Moves a directory to its place, where nothing may be, with all that it holds.</summary>
    internal void Place(DrivePath path, IDirectoryHandle holder)
    {
        _tree.Holder(path).RenameNoReplace(path.Name, holder, path.Name);
        _tree.ForgetLast();
        _isPlaced[_planned.IndexOf(path)] = true;
    }

    /// <summary>Makes durable what lies here, one after the other.</summary>
    internal void Sync()
    {
        for (var i = 0; i < Count; i++)
        {
            if (_files.Has(i))
                SyncFile(At(_planned.Changes[i].Path));
        }
        foreach (var path in _planned.Changes.Where(change => change.To!.IsDirectory).Select(change => change.Path).Concat(Enumerable.Range(0, _planned.Count).Select(i => _planned[i].Parent)).Distinct())
        {
            if (_tree.Stat(path) is not { Kind: FileKind.Directory })
                continue;
            using var directory = _tree.Open(path);
            directory.Sync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tree in _idle)
            tree.Dispose();
        _tree.Dispose();
    }

    private static void SyncFile(FilePlace staged)
    {
        using var file = staged.Directory.OpenRead(staged.Name);
        staged.Directory.Sync(file);
    }

    private void TakeOver(Change change, FilePlace file)
    {
        file.Directory.RenameNoReplace(file.Name, _tree.Holder(change.Path), change.Path.Name);
        var at = _planned.ChangeAt(change.Path);
        var content = change.To!.ContentHash;
        try
        {
            _files.Set(at, NewFile.Finish(At(change.Path), change.To));
            _places[content] = at;
        }
        catch (FileOperationException)
        {
            At(change.Path).Directory.RenameNoReplace(change.Path.Name, file.Directory, file.Name);
            throw;
        }
    }

    private void Dissolve(int at, ContentHash content, Func<ContentHash, FilePlace?> into, Action<ContentHash> onMoved)
    {
        var (directory, name) = At(_planned.Changes[at].Path);
        if (into(content) is { } flat)
        {
            directory.RenameReplacing(name, flat.Directory, flat.Name);
            onMoved(content);
        }
        else
            directory.RemoveFile(name);
        _files.Remove(at);
    }

    private FilePlace At(DrivePath path) => new(_tree.Holder(path), path.Name);

    private bool IsTop(DrivePath path) => _planned.IndexOf(path) is >= 0 and var index && _planned[index] == path;

    private RootDirectory Lease() => _idle.TryTake(out var idle) ? idle : _tree.Another();

    private bool Try(DrivePath path, Action make)
    {
        try
        {
            make();
            return true;
        }
        catch (FileOperationException e) when (GiveUp(path, e))
        {
            return false;
        }
    }

    // A disk that is full is no reason to try it in another way.
    private bool GiveUp(DrivePath path, FileOperationException because)
    {
        if (because.Error == FileError.NoSpace)
            return false;
        Volatile.Write(ref _isGivenUp[_planned.IndexOf(path)], true);
        return true;
    }

    private void TryMakeAncestors(DrivePath top) => Try(top, () => MakeAncestors(top.Parent));

    private void MakeAncestors(DrivePath directory)
    {
        if (directory.IsRoot || _tree.Stat(directory) is not null)
            return;
        MakeAncestors(directory.Parent);
        _tree.Holder(directory).MakeDirectory(directory.Name, FileModes.PrivateDirectory);
    }
}
