using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>Makes single steps of an apply, and notes how each is taken back.</summary>
internal sealed class StepMaker(RootDirectory root, SeenPaths seen, ReadyFiles ready, StagingArea staged, TrashArea trash, LeftOut leftOut, UndoLog undo)
{
    /// <summary>Fingerprints of what was written; null for what was removed, or may be something else by now.</summary>
    internal Dictionary<DrivePath, IndexedFile?> Files { get; } = [];

    internal void Make(ApplyStep step)
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
            case ApplyStepKind.Move:
                Move(step.Source!, path, change.To!);
                break;
            case ApplyStepKind.Replace:
                Replace(path, change.From!, change.To!);
                break;
            case ApplyStepKind.SetExecutable:
                SetExecutable(path, change.From!, change.To!);
                break;
        }
    }

    private void Remove(DrivePath path, Entry from, bool makesRoom)
    {
        if (from.IsDirectory)
        {
            RemoveDirectory(path, makesRoom);
            return;
        }
        var holder = root.Holder(path);
        var before = seen.Require(holder, path, from);
        var trashed = trash.Holder(path);
        holder.RenameNoReplace(path.Name, trashed, path.Name);
        undo.Add(() => trash.Holder(path).RenameNoReplace(path.Name, root.Holder(path), path.Name));
        if (trashed.Stat(path.Name) is not { } moved || !moved.Fingerprint.SameContentAs(before.Fingerprint))
            throw SeenPaths.Changed(path);
        seen.Moved(moved);
        Files[path] = null;
    }

    private void RemoveDirectory(DrivePath path, bool makesRoom)
    {
        var holder = root.Holder(path);
        if (holder.Stat(path.Name) is not { Kind: FileKind.Directory } stat)
            throw SeenPaths.Changed(path);
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
        undo.Add(() => MakeAgain(path, stat));
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
        return leftOut.IsAllOf(directory, path);
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
                undo.Add(() => Discard(path));
                break;
            case EntryKind.File:
                Place(path, to, ready.Take(path));
                break;
            default:
                throw new InvalidOperationException($"A plan cannot create {to}.");
        }
    }

    private void Place(DrivePath path, Entry to, string name)
    {
        var holder = root.Holder(path);
        Placing(path, () => staged.Directory.RenameNoReplace(name, holder, path.Name));
        undo.Add(() => Discard(path));
        Written(holder, path, to);
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
        undo.Add(() =>
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

    // Nothing is displaced, so nothing goes to the trash. A file of several names is copied: its time and mode belong to all of them.
    private void Move(Change removed, DrivePath path, Entry to)
    {
        var from = root.Holder(removed.Path);
        var before = seen.Require(from, removed.Path, removed.From!);
        if (before.Links > 1)
        {
            var copy = ready.CopyOf(removed.Path, to);
            Place(path, to, copy);
            Remove(removed.Path, removed.From!, makesRoom: false);
            return;
        }
        var holder = root.Holder(path);
        Placing(path, () => from.RenameNoReplace(removed.Path.Name, holder, path.Name));
        var changed = false;
        undo.Add(() => MoveBack(path, removed.Path, changed ? before : null));
        if (holder.Stat(path.Name) is not { } moved || !moved.Fingerprint.SameContentAs(before.Fingerprint) || moved.Mode != before.Mode)
            throw SeenPaths.Changed(removed.Path);
        changed = removed.From!.IsExecutable != to.IsExecutable || before.Modified != to.ModifiedNanoseconds;
        Files[removed.Path] = null;
        if (!changed)
        {
            Written(holder, path, to);
            return;
        }
        SetAttributes(holder, path, FileModes.WithExecutable(before.Mode, to.IsExecutable), to.ModifiedNanoseconds);
        // An edit that came in between has lost its mtime to this; the next scan reads the file.
        Files[path] = null;
    }

    private void MoveBack(DrivePath path, DrivePath source, FileStat? before)
    {
        var from = root.Holder(path);
        if (before is { } was)
            SetAttributes(from, path, was.Mode, was.Modified);
        from.RenameNoReplace(path.Name, root.Holder(source), source.Name);
    }

    private static void SetAttributes(IDirectoryHandle holder, DrivePath path, uint mode, long modified)
    {
        using var file = holder.OpenRead(path.Name);
        holder.SetMode(file, mode);
        holder.SetModified(path.Name, modified);
    }

    private void Replace(DrivePath path, Entry from, Entry to)
    {
        var holder = root.Holder(path);
        var before = seen.Require(holder, path, from);
        Exchange(holder, path, before, to.IsFile ? ready.Take(path) : StagedLink(to));
        if (to.IsFile)
            Written(holder, path, to);
        else
            Files[path] = null;
    }

    // The new file goes to the trash first and is exchanged from there, so that what it displaces is kept from the first instant.
    private void Exchange(IDirectoryHandle holder, DrivePath path, FileStat before, string name)
    {
        var trashed = trash.Holder(path);
        staged.Directory.RenameNoReplace(name, trashed, path.Name);
        var exchanged = false;
        undo.Add(() =>
        {
            if (exchanged)
                ExchangeBack(path);
            else
                trash.Holder(path).RemoveFile(path.Name);
        });
        holder.Exchange(path.Name, trashed, path.Name);
        exchanged = true;
        if (trashed.Stat(path.Name) is not { } displaced || !displaced.Fingerprint.SameContentAs(before.Fingerprint))
            throw SeenPaths.Changed(path);
        seen.Moved(displaced);
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
        var before = seen.Require(holder, path, from);
        if (before.Links > 1)
        {
            // A mode belongs to all names of a file, and the change to this path alone.
            Exchange(holder, path, before, ready.CopyOf(path, to));
            Written(holder, path, to);
            return;
        }
        using var file = holder.OpenRead(path.Name);
        if (holder.Stat(file).Fingerprint != before.Fingerprint)
            throw SeenPaths.Changed(path);
        undo.Add(() =>
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
        Files[path] = null;
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
        Files[path] = holder.Stat(path.Name) is { Kind: FileKind.File } stat && stat.Size == to.Size && stat.Modified == to.ModifiedNanoseconds
            ? new IndexedFile(stat.Fingerprint, to.ContentHash, IsSettled: false)
            : null;
    }
}
