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
internal sealed class TreeApplier(RootDirectory root, ScanIndex expected, StagingArea staged, TrashArea trash)
{
    private readonly UndoLog _undo = new();
    private readonly List<Change> _applied = [];
    private readonly List<Problem> _problems = [];
    private readonly Dictionary<DrivePath, IndexedFile?> _files = [];

    // How to put back what was removed to make room, should what takes its place fail.
    private readonly Dictionary<DrivePath, Action> _madeRoom = [];

    /// <summary>Makes all changes or none: the first failure takes back what was made and throws.</summary>
    internal ApplyOutcome ApplyAll(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        try
        {
            foreach (var step in ApplyOrder.Of(changes))
            {
                cancellation.ThrowIfCancellationRequested();
                Make(step);
            }
            return Outcome();
        }
        catch (Exception e) when (e is PreconditionException or DriveException or OperationCanceledException)
        {
            _undo.TakeBack();
            root.ForgetLast();
            throw e is PreconditionException
                ? new DriveException(ErrorCode.Conflict, $"The push did not land: {e.Message}. Nothing was changed.", "Run omnydrive sync again; it plans against what is there now.", e)
                : e;
        }
    }

    /// <summary>
    /// Makes each change whose precondition holds; the others are problems and stay as they are. Not to be cancelled: a path that turns from
    /// a file into a directory must not be left between the two.
    /// </summary>
    internal ApplyOutcome ApplyEach(IReadOnlyList<Change> changes)
    {
        var failed = new HashSet<Change>();
        foreach (var step in ApplyOrder.Of(changes))
        {
            if (failed.Contains(step.Change))
                continue;
            try
            {
                Make(step);
            }
            catch (Exception e) when (e is PreconditionException or FileOperationException { Error: not FileError.NoSpace })
            {
                failed.Add(step.Change);
                if (_madeRoom.Remove(step.Change.Path, out var putBack))
                    putBack();
                _problems.Add(new Problem(step.Change.Path.ToString(), (e as FileOperationException)?.Reason ?? e.Message));
            }
        }
        return Outcome();
    }

    private ApplyOutcome Outcome() => new(_applied, _problems, _files);

    private void Make(ApplyStep step)
    {
        var (change, path) = (step.Change, step.Change.Path);
        switch (step.Kind)
        {
            case ApplyStepKind.Remove:
                Remove(path, change.From!);
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

    private void Remove(DrivePath path, Entry from)
    {
        if (from.IsDirectory)
        {
            RemoveDirectory(path);
            return;
        }
        var holder = root.Holder(path);
        var before = Require(holder, path, from);
        var trashed = trash.Holder(path);
        holder.RenameNoReplace(path.Name, trashed, path.Name);
        if (trashed.Stat(path.Name) is not { } moved || !moved.Fingerprint.SameContentAs(before.Fingerprint))
        {
            trashed.RenameNoReplace(path.Name, holder, path.Name);
            throw Changed(path);
        }
        _undo.Add(() => trash.Holder(path).RenameNoReplace(path.Name, root.Holder(path), path.Name));
        _files[path] = null;
    }

    private void RemoveDirectory(DrivePath path)
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
            if (!HoldsOnlyWhatIsLeftOut(path))
                throw new PreconditionException($"\"{path}\" holds something that the plan did not see");
            // It is no entry any more, and what the user keeps in it stays.
            return;
        }
        _undo.Add(() => root.Holder(path).MakeDirectory(path.Name, stat.Mode));
    }

    private bool HoldsOnlyWhatIsLeftOut(DrivePath path)
    {
        using var directory = root.Open(path);
        return directory.List().All(listed => listed.IsText && NameRules.IsPrivate(listed.Name));
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
                var name = StagedFile(staged.Take(to.ContentHash), to, null);
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
        // One that is there and no entry holds only what is left out of trees; it becomes an entry now.
        if (holder.Stat(path.Name) is { Kind: FileKind.Directory })
            return;
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
        var replaced = from.IsFile ? before : default(FileStat?);
        Exchange(path, before, to.IsFile ? StagedFile(staged.Take(to.ContentHash), to, replaced) : StagedLink(to), to);
    }

    private void Exchange(DrivePath path, FileStat before, string name, Entry to)
    {
        var holder = root.Holder(path);
        holder.Exchange(path.Name, staged.Directory, name);
        if (staged.Directory.Stat(name) is not { } displaced || !displaced.Fingerprint.SameContentAs(before.Fingerprint))
        {
            holder.Exchange(path.Name, staged.Directory, name);
            throw Changed(path);
        }
        var trashed = trash.Holder(path);
        staged.Directory.RenameNoReplace(name, trashed, path.Name);
        _undo.Add(() => root.Holder(path).Exchange(path.Name, trash.Holder(path), path.Name));
        if (to.IsFile)
            Written(holder, path, to);
        else
            _files[path] = null;
    }

    private void SetExecutable(DrivePath path, Entry from, Entry to)
    {
        var holder = root.Holder(path);
        var before = Require(holder, path, from);
        using var file = holder.OpenRead(path.Name);
        if (holder.Stat(file).Fingerprint != before.Fingerprint)
            throw Changed(path);
        if (before.Links > 1)
        {
            // The other names of the file are not ours to change: this one gets a file of its own.
            Exchange(path, before, StagedFile(staged.CopyOf(file), to, before), to);
            return;
        }
        holder.SetMode(file, FileModes.WithExecutable(before.Mode, to.IsExecutable));
        if (before.Modified != to.ModifiedNanoseconds)
            holder.SetModified(path.Name, to.ModifiedNanoseconds);
        _undo.Add(() =>
        {
            var again = root.Holder(path);
            using var undone = again.OpenRead(path.Name);
            again.SetMode(undone, before.Mode);
            again.SetModified(path.Name, before.Modified);
        });
        Written(holder, path, to);
    }

    // The path must hold what the plan saw: for a file the very fingerprint of the scan, for a link its target.
    private FileStat Require(IDirectoryHandle holder, DrivePath path, Entry from)
    {
        if (holder.Stat(path.Name) is not { } stat)
            throw Changed(path);
        var same = from.Kind switch
        {
            EntryKind.File => expected.TryGet(path, out var seen) && seen.Content == from.ContentHash && seen.Fingerprint == stat.Fingerprint,
            EntryKind.Symlink => stat.Kind == FileKind.Symlink && holder.ReadLink(path.Name) == from.Target,
            _ => false,
        };
        return same ? stat : throw Changed(path);
    }

    // New content never acts as the owner of what it replaces: set-id bits go, as they do when a file is written to.
    private string StagedFile(string name, Entry to, FileStat? replaced)
    {
        using var file = staged.Directory.OpenRead(name);
        if (replaced is { } old)
            FileOwnership.Keep(staged.Directory, file, old);
        staged.Directory.SetMode(file, FileModes.WithExecutable(replaced?.Mode & FileModes.AllAll ?? NewFileMode.Value, to.IsExecutable));
        staged.Directory.SetModified(name, to.ModifiedNanoseconds);
        return name;
    }

    private string StagedLink(Entry to)
    {
        var name = $"link.{Guid.NewGuid():N}";
        staged.Directory.MakeSymlink(name, to.Target);
        return name;
    }

    // Taken back, what was placed goes to the trash: somebody may have edited it already.
    private void Discard(DrivePath path) =>
        root.Holder(path).RenameNoReplace(path.Name, trash.Holder(path), $"{path.Name[..Math.Min(path.Name.Length, 60)]}.{Guid.NewGuid():N}");

    // An edit that came between the rename and this look shows in the size or mtime; then the file is left out of the index, and the next scan reads it.
    private void Written(IDirectoryHandle holder, DrivePath path, Entry to)
    {
        _files[path] = holder.Stat(path.Name) is { Kind: FileKind.File } stat && stat.Size == to.Size && stat.Modified == to.ModifiedNanoseconds
            ? new IndexedFile(stat.Fingerprint, to.ContentHash, IsSettled: false)
            : null;
    }

    private static PreconditionException Changed(DrivePath path) => new($"\"{path}\" changed since it was looked at");
}
