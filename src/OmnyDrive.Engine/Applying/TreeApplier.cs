using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Makes changes below a root, for both sides alike: a push into a live origin, a pull into a mount. Each change has its own precondition
/// (the path is what the scan saw), is made by one rename, and keeps what it displaced. The caller holds the root's lock.
/// </summary>
internal sealed class TreeApplier(RootDirectory root, ScanResult seen, StagingArea staged, TrashArea trash)
{
    private readonly LeftOut _leftOut = new(seen.Rules);
    private readonly UndoLog _undo = new();
    private readonly List<Change> _applied = [];
    private readonly List<Problem> _problems = [];
    private readonly Dictionary<DrivePath, IndexedFile?> _files = [];

    // How to put back what was removed to make room, should what takes its place fail.
    private readonly Dictionary<DrivePath, Action> _madeRoom = [];

    // The ctimes that moves of this apply gave to files of several names: under the other names they are still what the scan saw.
    private readonly Dictionary<ulong, long> _moved = [];

    /// <summary>Makes all changes, durably, or none: the first failure takes back what was made and throws.</summary>
    internal ApplyOutcome ApplyAll(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        try
        {
            // Made now: when a full disk is why the changes must be taken back, there is no room for a directory.
            if (changes.Any(change => change.To is not null))
                trash.TakenBack();
            foreach (var step in ApplyOrder.Of(changes))
            {
                cancellation.ThrowIfCancellationRequested();
                Make(step);
            }
            Durability.FlushApplied(root, trash, _applied);
            trash.DropTakenBack();
            return Outcome();
        }
        catch (Exception e)
        {
            _undo.TakeBack(e);
            root.ForgetLast();
            if (e is PreconditionException)
                throw new DriveException(ErrorCode.Conflict, $"The push did not land: {e.Message}. Nothing was changed.", "Run omnydrive sync again; it plans against what is there now.", e);
            throw;
        }
    }

    /// <summary>
    /// Makes each change whose precondition holds, durably; the others are problems and stay as they are. Not to be cancelled: a path that turns from
    /// a file into a directory must not be left between the two.
    /// </summary>
    internal ApplyOutcome ApplyEach(IReadOnlyList<Change> changes)
    {
        var failed = Obstructed(changes);
        Change? unmade = null;
        foreach (var step in ApplyOrder.Of(changes))
        {
            if (failed.Contains(step.Change) || LiesIn(unmade, step))
                continue;
            try
            {
                MakeAlone(step);
            }
            catch (Exception e) when (e is PreconditionException or FileOperationException)
            {
                if (e is FileOperationException { Error: FileError.NoSpace })
                    throw;
                failed.Add(step.Change);
                if (step is { Kind: ApplyStepKind.Create, Change.To.IsDirectory: true })
                    unmade = step.Change;
                _problems.Add(new Problem(step.Change.Path.ToString(), (e as FileOperationException)?.Reason ?? e.Message));
            }
        }
        Durability.FlushApplied(root, trash, _applied);
        return Outcome();
    }

    // What belongs into a directory that could not be made must not go where its name leads instead.
    private bool LiesIn(Change? unmade, ApplyStep step)
    {
        if (unmade is null || step.Kind == ApplyStepKind.Remove || !step.Change.Path.IsAtOrBelow(unmade.Path))
            return false;
        _problems.Add(new Problem(step.Change.Path.ToString(), $"the directory \"{unmade.Path}\" could not be made"));
        return true;
    }

    // A step that fails is taken back, with the room that was made for it. Without space nothing more is tried, and all room that was made is given back.
    private void MakeAlone(ApplyStep step)
    {
        if (_madeRoom.Remove(step.Change.Path, out var putBack))
            _undo.Add(putBack);
        try
        {
            Make(step);
            _undo.Clear();
        }
        catch (Exception e)
        {
            if (e is FileOperationException { Error: FileError.NoSpace })
                GiveBackRoom();
            _undo.TakeBack(e);
            root.ForgetLast();
            throw;
        }
    }

    // The last step to be taken back is the first that was made.
    private void GiveBackRoom()
    {
        var steps = _undo.Clear();
        foreach (var putBack in _madeRoom.Values)
            _undo.Add(putBack);
        foreach (var step in steps)
            _undo.Add(step);
        _madeRoom.Clear();
    }

    // A directory that holds something left out of trees cannot become anything else; then what lies below it stays, too.
    private HashSet<Change> Obstructed(IReadOnlyList<Change> changes)
    {
        var failed = new HashSet<Change>();
        foreach (var turned in changes.Where(change => change is { RemovesDirectory: true, To: not null } && HoldsSomethingLeftOut(change.Path)))
        {
            failed.UnionWith(changes.Where(change => change.Path.IsAtOrBelow(turned.Path)));
            _problems.Add(new Problem(turned.Path.ToString(), "the directory holds something that is never synchronized, such as .git; move it away first"));
        }
        return failed;
    }

    private ApplyOutcome Outcome() => new(_applied, _problems, _files);

    private void Make(ApplyStep step)
    {
        var (change, path) = (step.Change, step.Change.Path);
        switch (step.Kind)
        {
            case ApplyStepKind.Remove:
                Remove(path, change.From!, makesRoom: !step.IsLast);
                break;
            case ApplyStepKind.Create:
                Create(path, change.To!);
                break;
            case ApplyStepKind.Replace:
                Replace(path, change.From!, change.To!);
                break;
            case ApplyStepKind.SetExecutable:
                SetExecutable(path, change.From!, change.To!);
                break;
        }
        if (step.IsLast)
            _applied.Add(change);
        else
            _madeRoom[path] = _undo.Last;
    }

    private void Remove(DrivePath path, Entry from, bool makesRoom)
    {
        if (from.IsDirectory)
        {
            RemoveDirectory(path, makesRoom);
            return;
        }
        var holder = root.Holder(path);
        var before = Require(holder, path, from);
        var trashed = trash.Holder(path);
        holder.RenameNoReplace(path.Name, trashed, path.Name);
        _undo.Add(() => trash.Holder(path).RenameNoReplace(path.Name, root.Holder(path), path.Name));
        if (trashed.Stat(path.Name) is not { } moved || !moved.Fingerprint.SameContentAs(before.Fingerprint))
            throw Changed(path);
        _moved[moved.Inode] = moved.Changed;
        _files[path] = null;
    }

    private void RemoveDirectory(DrivePath path, bool makesRoom)
    {
        var holder = root.Holder(path);
        if (holder.Stat(path.Name) is not { Kind: FileKind.Directory } stat)
            throw Changed(path);
        try
        {
            root.ForgetLast();
            holder = root.Holder(path);
            holder.RemoveDirectory(path.Name);
        }
        catch (FileOperationException e) when (e.Error is FileError.NotEmpty or FileError.Exists)
        {
            if (makesRoom || !HoldsOnlyWhatIsLeftOut(path))
                throw new PreconditionException($"\"{path}\" holds something that the plan did not see");
            // It is no entry any more, and what the user keeps in it stays.
            return;
        }
        _undo.Add(() => MakeAgain(path, stat));
    }

    // The umask has no say in what was there before.
    private void MakeAgain(DrivePath path, FileStat before)
    {
        var holder = root.Holder(path);
        holder.MakeDirectory(path.Name, FileModes.PrivateDirectory);
        using var made = holder.OpenRead(path.Name);
        KeptAttributes.KeepOwner(holder, made, before);
        holder.SetMode(made, before.Mode);
    }

    private bool HoldsOnlyWhatIsLeftOut(DrivePath path)
    {
        using var directory = root.Open(path);
        return _leftOut.IsAllOf(directory, path);
    }

    private bool HoldsSomethingLeftOut(DrivePath path)
    {
        if (root.Stat(path) is not { Kind: FileKind.Directory })
            return false;
        using var directory = root.Open(path);
        return _leftOut.IsSomeOf(directory, path);
    }

    private void Create(DrivePath path, Entry to)
    {
        var holder = root.Holder(path);
        switch (to.Kind)
        {
            case EntryKind.Directory:
                CreateDirectory(holder, path);
                break;
            case EntryKind.Symlink:
                Placing(path, () => holder.MakeSymlink(path.Name, to.Target));
                _undo.Add(() => Discard(path));
                break;
            case EntryKind.File:
                var name = StagedFile(to);
                Placing(path, () => staged.Directory.RenameNoReplace(name, holder, path.Name));
                _undo.Add(() => Discard(path));
                Written(holder, path, to);
                break;
            default:
                throw new InvalidOperationException($"A plan cannot create {to}.");
        }
    }

    private void CreateDirectory(IDirectoryHandle holder, DrivePath path)
    {
        // One that is there and no entry holds only what is left out of trees; it becomes an entry now. Where the file system takes several
        // names for one, it may be the directory of another name, with which this one is not merged.
        if (holder.Stat(path.Name) is { Kind: FileKind.Directory })
        {
            if (holder.List().Any(listed => listed.IsText && listed.Name == path.Name))
                return;
            throw new PreconditionException($"the file system takes \"{path}\" for a directory of another name");
        }
        Placing(path, () => holder.MakeDirectory(path.Name, FileModes.AllAll));
        _undo.Add(() =>
        {
            root.ForgetLast();
            root.Holder(path).RemoveDirectory(path.Name);
        });
    }

    private static void Placing(DrivePath path, Action place)
    {
        try
        {
            place();
        }
        catch (FileOperationException e) when (e.Error == FileError.Exists)
        {
            throw new PreconditionException($"something appeared at \"{path}\" that the plan did not see");
        }
    }

    private void Replace(DrivePath path, Entry from, Entry to)
    {
        var holder = root.Holder(path);
        var before = Require(holder, path, from);
        var name = !to.IsFile ? StagedLink(to) : from.IsFile ? Replacement(staged.Take(to.ContentHash), to, path, before) : StagedFile(to);
        Exchange(holder, path, before, name);
        if (to.IsFile)
            Written(holder, path, to);
        else
            _files[path] = null;
    }

    // The new file goes to the trash first and is exchanged from there, so that what it displaces is kept from the first instant.
    private void Exchange(IDirectoryHandle holder, DrivePath path, FileStat before, string name)
    {
        var trashed = trash.Holder(path);
        staged.Directory.RenameNoReplace(name, trashed, path.Name);
        var exchanged = false;
        _undo.Add(() =>
        {
            if (exchanged)
                ExchangeBack(path);
            else
                trash.Holder(path).RemoveFile(path.Name);
        });
        holder.Exchange(path.Name, trashed, path.Name);
        exchanged = true;
        if (trashed.Stat(path.Name) is not { } displaced || !displaced.Fingerprint.SameContentAs(before.Fingerprint))
            throw Changed(path);
        if (displaced.Links > 1)
            _moved[displaced.Inode] = displaced.Changed;
    }

    // What was placed for a moment stays in the trash, out of the way of a second attempt: somebody may have written to it.
    private void ExchangeBack(DrivePath path)
    {
        var trashed = trash.Holder(path);
        root.Holder(path).Exchange(path.Name, trashed, path.Name);
        trashed.RenameNoReplace(path.Name, trash.TakenBack(), TakenBackName(path));
    }

    private void SetExecutable(DrivePath path, Entry from, Entry to)
    {
        var holder = root.Holder(path);
        var before = Require(holder, path, from);
        if (before.Links > 1)
        {
            // A mode belongs to all names of a file, and the change to this path alone.
            Exchange(holder, path, before, Replacement(staged.Copy(holder, path.Name), to, path, before));
            Written(holder, path, to);
            return;
        }
        using var file = holder.OpenRead(path.Name);
        if (holder.Stat(file).Fingerprint != before.Fingerprint)
            throw Changed(path);
        _undo.Add(() =>
        {
            var again = root.Holder(path);
            using var undone = again.OpenRead(path.Name);
            again.SetMode(undone, before.Mode);
            again.SetModified(path.Name, before.Modified);
        });
        holder.SetMode(file, FileModes.WithExecutable(before.Mode, to.IsExecutable));
        if (before.Modified != to.ModifiedNanoseconds)
            holder.SetModified(path.Name, to.ModifiedNanoseconds);
        // An edit that came in between has lost its mtime to this; the next scan reads the file.
        _files[path] = null;
    }

    // The path must hold what the plan saw: for a file the very fingerprint of the scan, for a link its target.
    private FileStat Require(IDirectoryHandle holder, DrivePath path, Entry from)
    {
        if (holder.Stat(path.Name) is not { } stat)
            throw Changed(path);
        var same = from.Kind switch
        {
            EntryKind.File => seen.Index.TryGet(path, out var known) && known.Content == from.ContentHash && IsAsSeen(known.Fingerprint, stat),
            EntryKind.Symlink => stat.Kind == FileKind.Symlink && holder.ReadLink(path.Name) == from.Target,
            _ => false,
        };
        return same ? stat : throw Changed(path);
    }

    private bool IsAsSeen(Fingerprint before, FileStat now) => now.Fingerprint == before
        || (_moved.TryGetValue(now.Inode, out var changed) && now.Changed == changed && now.Fingerprint == before with { Changed = changed });

    private string StagedFile(Entry to)
    {
        var name = staged.Take(to.ContentHash);
        using var file = staged.Directory.OpenRead(name);
        Finish(file, name, to, NewFileMode.Value);
        return name;
    }

    private string Replacement(string name, Entry to, DrivePath path, FileStat replaced)
    {
        using var file = staged.Directory.OpenRead(name);
        using var old = root.Holder(path).OpenRead(path.Name);
        KeptAttributes.TakeOver(staged.Directory, file, old);
        Finish(file, name, to, replaced.Mode);
        return name;
    }

    // Set-id and sticky bits were given to the old content; they do not go over to what a peer sends.
    private void Finish(SafeFileHandle file, string name, Entry to, uint mode)
    {
        staged.Directory.SetMode(file, FileModes.WithExecutable(mode & FileModes.AllAll, to.IsExecutable));
        staged.Directory.SetModified(name, to.ModifiedNanoseconds);
    }

    private string StagedLink(Entry to)
    {
        var name = $"link.{Guid.NewGuid():N}";
        staged.Directory.MakeSymlink(name, to.Target);
        return name;
    }

    // Taken back, what was placed goes to the trash: somebody may have edited it already.
    private void Discard(DrivePath path) =>
        root.Holder(path).RenameNoReplace(path.Name, trash.TakenBack(), TakenBackName(path));

    private static string TakenBackName(DrivePath path) => $"{path.Name[..Math.Min(path.Name.Length, 60)]}.{Guid.NewGuid():N}";

    // An edit that came between the rename and this look shows in the size or mtime; then the file is left out of the index, and the next scan reads it.
    private void Written(IDirectoryHandle holder, DrivePath path, Entry to)
    {
        _files[path] = holder.Stat(path.Name) is { Kind: FileKind.File } stat && stat.Size == to.Size && stat.Modified == to.ModifiedNanoseconds
            ? new IndexedFile(stat.Fingerprint, to.ContentHash, IsSettled: false)
            : null;
    }

    private static PreconditionException Changed(DrivePath path) => new($"\"{path}\" changed since it was looked at");
}
