using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying.Journaling;

/// <summary>
/// Takes steps back, going by what lies at a path and in the trash: it does not matter whether a step was made, was half made, or has been taken back already. What was placed goes
/// out of the way to the trash, where an edit of it is kept.
/// </summary>
/// <param name="root">The root.</param>
/// <param name="trash">What was displaced.</param>
internal sealed class StepUndo(RootDirectory root, TrashArea trash)
{
    private const string InTrash = "in the trash";

    /// <summary>Takes a step back. Throws <see cref="PreconditionException"/> where somebody put something else in the place.</summary>
    internal void TakeBack(JournalStep step)
    {
        switch (step.Kind)
        {
            case StepKind.RemoveFile:
                PutBack(step);
                break;
            case StepKind.RemoveDirectory:
                MakeAgain(step);
                break;
            case StepKind.MakeDirectory:
                RemoveMade(step);
                break;
            case StepKind.Place:
                if (step.After!.Value.IsFile(root.Stat(step.Path)))
                    Discard(root.Holder(step.Path), step.Path);
                break;
            case StepKind.Replace:
                ExchangeBack(step);
                break;
            case StepKind.Move:
                MoveBack(step);
                break;
            case StepKind.MoveDirectory:
                MoveDirectoryBack(step);
                break;
            case StepKind.SetAttributes:
                if (step.Before!.Value.IsFile(root.Stat(step.Path)))
                    ResetAttributes(root.Holder(step.Path), step.Path.Name, step);
                break;
            default:
                throw new InvalidOperationException($"There is no step {step.Kind}.");
        }
    }

    // Whatever lies there is what this step took away: what was expected, or what somebody saved over that in the last instant.
    private void PutBack(JournalStep step)
    {
        if (trash.Stat(step.Path) is null or { Kind: FileKind.Directory })
            return;
        using var trashed = trash.Existing(step.Path)!;
        Restore(trashed, step.Path.Name, step.Path);
    }

    // The umask has no say in what was there before.
    private void MakeAgain(JournalStep step)
    {
        if (root.Stat(step.Path) is not null)
            return;
        root.ForgetLast();
        var (holder, before) = (root.Holder(step.Path), step.Before!.Value);
        holder.MakeDirectory(step.Path.Name, FileModes.PrivateDirectory);
        using var made = holder.OpenRead(step.Path.Name);
        KeptAttributes.KeepOwner(holder, made, holder.Stat(made), before.Owner, before.Group);
        holder.SetMode(made, before.Mode);
    }

    private void RemoveMade(JournalStep step)
    {
        root.ForgetLast();
        if (!step.WasThere && root.Stat(step.Path) is { Kind: FileKind.Directory } there && (step.After is not { } made || made.IsFile(there)))
            root.Holder(step.Path).RemoveDirectory(step.Path.Name);
    }

    /// <summary>Takes a directory that was placed with all that it holds out of the way, with all that it holds by now.</summary>
    internal void DiscardDirectory(JournalStep step)
    {
        root.ForgetLast();
        if (step.After!.Value.IsFile(root.Stat(step.Path)))
            Discard(root.Holder(step.Path), step.Path);
    }

    private void ExchangeBack(JournalStep step)
    {
        var trashed = trash.Stat(step.Path);
        var after = step.After!.Value;
        if (after.IsFile(trashed))
        {
            using var unused = trash.Existing(step.Path)!;
            Discard(unused, step.Path);
            return;
        }
        // As with a removal, it need not be what was expected.
        if (trashed is null or { Kind: FileKind.Directory })
            return;
        using var displaced = trash.Existing(step.Path)!;
        if (root.Stat(step.Path) is { } there)
        {
            if (!after.IsFile(there))
                throw Occupied(step.Path, InTrash);
            root.Holder(step.Path).Exchange(step.Path.Name, displaced, step.Path.Name);
            Discard(displaced, step.Path);
        }
        else
            Restore(displaced, step.Path.Name, step.Path);
    }

    private void MoveBack(JournalStep step)
    {
        if (!step.Before!.Value.IsFile(root.Stat(step.Path)))
        {
            ResetUnmoved(step);
            return;
        }
        var from = root.Holder(step.Path);
        ResetAttributes(from, step.Path.Name, step);
        Restore(from, step.Path.Name, step.Source, $"at \"{step.Path}\"");
    }

    /// <summary>A power cut may have lost the rename of a file and not the attributes that it got after it.</summary>
    internal void ResetUnmoved(JournalStep step)
    {
        if (step.Before!.Value.IsFile(root.Stat(step.Source)))
            ResetAttributes(root.Holder(step.Source), step.Source.Name, step);
    }

    // With all that it holds by now: what somebody edited or put there since goes along.
    private void MoveDirectoryBack(JournalStep step)
    {
        root.ForgetLast();
        if (!step.Before!.Value.IsFile(root.Stat(step.Path)))
            return;
        Restore(root.Holder(step.Path), step.Path.Name, step.Source, $"at \"{step.Path}\"");
        root.ForgetLast();
    }

    private static void ResetAttributes(IDirectoryHandle holder, string name, JournalStep step)
    {
        FileStamp before = step.Before!.Value, after = step.After!.Value;
        var now = holder.Stat(name)!.Value;
        // A mode or time that is neither the old nor the new was given by somebody else.
        ModeAndTime.Set(holder, name, before with
        {
            Mode = now.Mode == after.Mode ? before.Mode : now.Mode, Modified = now.Modified == after.Modified ? before.Modified : now.Modified,
        });
    }

    private void Restore(IDirectoryHandle from, string name, DrivePath path, string where = InTrash)
    {
        try
        {
            from.RenameNoReplace(name, root.Holder(path), path.Name);
        }
        catch (FileOperationException e) when (e.Error == FileError.Exists)
        {
            throw Occupied(path, where);
        }
    }

    // What was placed stays in the trash, out of the way of a second attempt: somebody may have written to it.
    private void Discard(IDirectoryHandle from, DrivePath path) =>
        from.RenameNoReplace(path.Name, trash.TakenBack(), $"{path.Name[..Math.Min(path.Name.Length, 60)]}.{Guid.NewGuid():N}");

    private static PreconditionException Occupied(DrivePath path, string where) => new($"something else lies at \"{path}\" by now, so what was there stays {where}");
}
