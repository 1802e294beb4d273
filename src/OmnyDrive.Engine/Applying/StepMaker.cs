using OmnyDrive.Engine.Applying.Journaling;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Makes the parts of steps, each by one rename where there is something to rename. Before each, it notes how that is taken back: by looking at what is there, so that it does
/// not matter how far it came.
/// </summary>
internal sealed class StepMaker(RootDirectory root, SeenPaths seen, StagingArea staged, TrashArea trash, LeftOut leftOut, UndoLog undo)
{
    private readonly StepUndo _takeBack = new(root, trash);

    /// <summary>Fingerprints of what was written; null for what was removed, or may be something else by now.</summary>
    internal Dictionary<DrivePath, IndexedFile?> Files { get; } = [];

    /// <summary>Says how many files there will be: making room again and again takes thrice the memory.</summary>
    internal void Expect(int files) => Files.EnsureCapacity(Files.Count + files);

    internal void Make(ApplyStep step, JournalStep part)
    {
        if (!IsPlaced(part.Path))
            undo.Add(() => _takeBack.TakeBack(part));
        switch (part.Kind)
        {
            case StepKind.RemoveFile:
                RemoveFile(part.Path, (step.Source ?? step.Change).From!);
                break;
            case StepKind.RemoveDirectory:
                RemoveDirectory(part.Path, part.MakesRoom);
                break;
            case StepKind.MakeDirectory:
                MakeDirectory(part);
                break;
            case StepKind.Place:
                Place(part, step.Change.To!);
                break;
            case StepKind.Replace:
                Replace(part, step.Change.From!, step.Change.To!);
                break;
            case StepKind.Move:
                Move(part, step.Source!.From!, step.Change.To!);
                break;
            case StepKind.MoveDirectory:
                MoveDirectory(part);
                break;
            case StepKind.SetAttributes:
                SetAttributes(part, step.Change.From!);
                break;
            default:
                throw new InvalidOperationException($"There is no step {part.Kind}.");
        }
    }

    private void RemoveFile(DrivePath path, Entry from)
    {
        var holder = root.Holder(path);
        var before = seen.Require(holder, path, from);
        var trashed = trash.Holder(path);
        holder.RenameNoReplace(path.Name, trashed, path.Name);
        if (trashed.Stat(path.Name) is not { } moved || !moved.Fingerprint.SameContentAs(before.Fingerprint))
            throw SeenPaths.Changed(path);
        seen.Moved(moved);
        Files[path] = null;
    }

    private void RemoveDirectory(DrivePath path, bool makesRoom)
    {
        var holder = root.Holder(path);
        if (holder.Stat(path.Name) is not { Kind: FileKind.Directory })
            throw SeenPaths.Changed(path);
        try
        {
            root.ForgetLast();
            holder = root.Holder(path);
            holder.RemoveDirectory(path.Name);
        }
        catch (FileOperationException e) when (e.Error is FileError.NotEmpty or FileError.Exists)
        {
            // It may be no entry any more, and what the user keeps in it stays.
            if (makesRoom || !HoldsOnlyWhatIsLeftOut(path))
                throw new PreconditionException($"\"{path}\" holds something that the plan did not see");
        }
    }

    private bool HoldsOnlyWhatIsLeftOut(DrivePath path)
    {
        using var directory = root.Open(path);
        return leftOut.IsAllOf(directory, path);
    }

    private void MakeDirectory(JournalStep part)
    {
        var (path, holder) = (part.Path, root.Holder(part.Path));
        if (IsPlaced(path))
            return;
        if (staged.Built?.IsWhole(path) is true)
        {
            // The parts that make what it holds find it made, and are not taken back one by one.
            undo.Add(() => _takeBack.DiscardDirectory(part));
            Placing(path, () => staged.Built.Place(path, holder));
            return;
        }
        // One that is there and no entry holds only what is left out of trees; it becomes an entry now. Where the file system takes several
        // names for one, it may be the directory of another name, with which this one is not merged.
        if (holder.Stat(path.Name) is { Kind: FileKind.Directory })
        {
            if (holder.List().Any(listed => listed.IsText && listed.Name == path.Name))
                return;
            throw new PreconditionException($"the file system takes \"{path}\" for a directory of another name");
        }
        Placing(path, () => holder.MakeDirectory(path.Name, FileModes.AllAll));
    }

    private void Place(JournalStep part, Entry to)
    {
        var path = part.Path;
        if (IsPlaced(path))
        {
            // It came with its directory, in which nobody could edit it before.
            if (to.IsFile)
                Files[path] = new IndexedFile(staged.Built!.FileAt(path), to.ContentHash, IsSettled: false);
            return;
        }
        var holder = root.Holder(path);
        Placing(path, () => staged.Directory.RenameNoReplace(part.Staged, holder, path.Name));
        if (to.IsFile)
            Written(holder, path, to);
    }

    // With the directory that it lies in.
    private bool IsPlaced(DrivePath path) => staged.Built?.IsPlaced(path) is true;

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

    // What is new goes to the trash first and is exchanged from there, so that what it displaces is kept from the first instant.
    private void Replace(JournalStep part, Entry from, Entry to)
    {
        var (path, holder) = (part.Path, root.Holder(part.Path));
        var before = seen.Require(holder, path, from);
        var trashed = trash.Holder(path);
        staged.Directory.RenameNoReplace(part.Staged, trashed, path.Name);
        holder.Exchange(path.Name, trashed, path.Name);
        if (trashed.Stat(path.Name) is not { } displaced || !displaced.Fingerprint.SameContentAs(before.Fingerprint))
            throw SeenPaths.Changed(path);
        seen.Moved(displaced);
        if (to.IsFile)
            Written(holder, path, to);
        else
            Files[path] = null;
    }

    // Nothing is displaced, so nothing goes to the trash.
    private void Move(JournalStep part, Entry file, Entry to)
    {
        var from = root.Holder(part.Source);
        var before = seen.Require(from, part.Source, file);
        var holder = root.Holder(part.Path);
        Placing(part.Path, () => from.RenameNoReplace(part.Source.Name, holder, part.Path.Name));
        if (holder.Stat(part.Path.Name) is not { } moved || !moved.Fingerprint.SameContentAs(before.Fingerprint) || moved.Mode != before.Mode)
        {
            MoveBack(holder, part, from);
            throw SeenPaths.Changed(part.Source);
        }
        Files[part.Source] = null;
        seen.Moved(moved);
        // An edit that comes before new attributes are set loses its mtime to them; the next scan reads the file.
        if (part.After is { } after && (after.Mode != moved.Mode || after.Modified != moved.Modified))
            ModeAndTime.Set(holder, part.Path.Name, after);
        else
            Files[part.Path] = new IndexedFile(moved.Fingerprint, to.ContentHash, IsSettled: false);
    }

    // What was moved is what somebody saved at the old path in the last instant.
    private static void MoveBack(IDirectoryHandle holder, JournalStep part, IDirectoryHandle to)
    {
        try
        {
            holder.RenameNoReplace(part.Path.Name, to, part.Source.Name);
        }
        catch (FileOperationException e) when (e.Error is FileError.Exists or FileError.NotFound)
        {
            // It was saved once more, so the later version is at its place and this one at the new.
        }
    }

    // All that lies below is looked at afterwards: then it tells what was moved. The next look at the new path knows it again by its inode numbers.
    private void MoveDirectory(JournalStep part)
    {
        var from = root.Holder(part.Source);
        seen.RequireDirectory(from, part.Source);
        var holder = root.Holder(part.Path);
        Placing(part.Path, () => from.RenameNoReplace(part.Source.Name, holder, part.Path.Name));
        // One below the old path may be open.
        root.ForgetLast();
        seen.RequireMoved(root, part.Source, part.Path);
    }

    private void SetAttributes(JournalStep part, Entry from)
    {
        var holder = root.Holder(part.Path);
        seen.Require(holder, part.Path, from);
        ModeAndTime.Set(holder, part.Path.Name, part.After!.Value);
        // An edit that came in between has lost its mtime to this; the next scan reads the file.
        Files[part.Path] = null;
    }

    // An edit that came between the rename and this look shows in the size or mtime; then the file is left out of the index, and the next scan reads it.
    private void Written(IDirectoryHandle holder, DrivePath path, Entry to) => Files[path] = holder.Stat(path.Name) is { Kind: FileKind.File } stat && stat.Size == to.Size && stat.Modified == to.ModifiedNanoseconds
        ? new IndexedFile(stat.Fingerprint, to.ContentHash, IsSettled: false)
        : null;
}
