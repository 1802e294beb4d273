using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;

namespace OmnyDrive.Engine.Applying.Journaling;

/// <summary>
/// Ends an apply that was broken off, by its journal: a push is undone whole, of a pull each path that was left half-way is put right. Goes by what lies there, so it may be
/// broken off itself and begun again. What somebody has edited or put there since stays, and is a change for the next sync to see.
/// </summary>
internal sealed class JournalRecovery
{
    private readonly RootDirectory _root;
    private readonly TrashArea _trash;
    private readonly StepUndo _undo;

    private JournalRecovery(RootDirectory root, TrashArea trash) => (_root, _trash, _undo) = (root, trash, new StepUndo(root, trash));

    /// <summary>Ends what was broken off, if anything was, durably. The caller holds the root's lock.</summary>
    internal static void Run(RootDirectory root)
    {
        if (Journal.Read(root) is not { } journal)
            return;
        using var trash = new TrashArea(root, journal.Area);
        var recovery = new JournalRecovery(root, trash);
        // Once its generation is accepted, a push stands, and all its changes are durable.
        var stands = journal.IsWhole && RootHistory.HasAccepted(root, journal.Area);
        foreach (var step in stands ? [] : journal.Steps.Reverse())
            recovery.End(step, journal.IsWhole);
        root.ForgetLast();
        root.Top.SyncFileSystem();
        trash.DropTakenBack();
        Journal.Remove(root);
    }

    private void End(JournalStep step, bool isUndone)
    {
        try
        {
            if (isUndone && !IsEdited(step))
                _undo.TakeBack(step);
            else if (!isUndone)
                Mend(step);
        }
        catch (PreconditionException)
        {
            // Somebody put something else there. It stays, and what was there before stays in the trash.
        }
        catch (FileOperationException e) when (step.Kind == StepKind.MakeDirectory && e.Error is FileError.NotEmpty or FileError.Exists)
        {
            // Somebody uses the directory.
        }
        catch (FileOperationException e) when (e.Error is FileError.NotFound or FileError.NotADirectory or FileError.Loop)
        {
            // Somebody took the directory away that it lay in. What was displaced from there stays in the trash.
        }
    }

    // What was placed and is not any more what was placed.
    private bool IsEdited(JournalStep step) => (step.Content is not null || step.Kind == StepKind.Move) && step.Kind is StepKind.Place or StepKind.Replace or StepKind.Move
        && _root.Stat(step.Path) is { } now && step.After is { } after && after.IsFile(now) && !after.IsUnedited(now) && step.Before?.IsUnedited(now) != true;

    // Each path of a pull is as it was or as planned, but for these.
    private void Mend(JournalStep step)
    {
        switch (step.Kind)
        {
            // It was not exchanged yet, or with what somebody had saved there in the last instant.
            case StepKind.Replace when _trash.Stat(step.Path) is { } trashed && !step.Before!.Value.IsFile(trashed):
            case StepKind.RemoveFile or StepKind.RemoveDirectory when step.MakesRoom && _root.Stat(step.Path) is null:
                _undo.TakeBack(step);
                break;
            case StepKind.Move or StepKind.SetAttributes when step.Before!.Value.IsFile(_root.Stat(step.Path)):
                Complete(step);
                break;
            case StepKind.Move:
                _undo.ResetUnmoved(step);
                break;
        }
    }

    // A file that was moved gets its attributes; new ones for one that was not moved, where they were begun: after a power cut, any of the two may have come through.
    private void Complete(JournalStep step)
    {
        var holder = _root.Holder(step.Path);
        FileStamp now = FileStamp.Of(holder.Stat(step.Path.Name)!.Value), before = step.Before!.Value, after = step.After!.Value;
        var isBegun = step.Kind == StepKind.Move || now.Mode == after.Mode || now.Modified == after.Modified;
        var isUntouched = now.Size == before.Size && (now.Mode == before.Mode || now.Mode == after.Mode) && (now.Modified == before.Modified || now.Modified == after.Modified);
        if (isBegun && isUntouched)
            ModeAndTime.Set(holder, step.Path.Name, after);
    }
}
