using OmnyDrive.Engine.Applying.Journaling;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Makes changes below a root, for both sides alike: a push into a live origin, a pull into a mount. Each change has its own precondition
/// (the path is what the scan saw), is made by one rename, and keeps what it displaced. The caller holds the root's lock.
/// </summary>
internal sealed class TreeApplier
{
    private readonly RootDirectory _root;
    private readonly TrashArea _trash;
    private readonly LeftOut _leftOut;
    private readonly GivenModes _modes;
    private readonly SeenPaths _seen;
    private readonly Func<StepPreparer> _preparer;
    private readonly StepMaker _maker;
    private readonly UndoLog _undo = new();
    private readonly List<Change> _applied = [], _movedAlong = [];
    private readonly List<Problem> _problems = [];
    private readonly HashSet<Change> _movedAway = new(ReferenceEqualityComparer.Instance);

    // Those that could not be moved whole.
    private readonly List<DirectoryMove> _unmoved = [];
    private readonly List<DrivePath> _unmade = [];

    // How to put back what was removed to make room, should what takes its place fail.
    private readonly Dictionary<DrivePath, Action> _madeRoom = [];

    /// <param name="root">The root.</param>
    /// <param name="scan">What the plan was made with.</param>
    /// <param name="staged">Holds the contents that are needed.</param>
    /// <param name="trash">Takes what is displaced.</param>
    /// <param name="modes">Of what is brought back, the modes that it had.</param>
    internal TreeApplier(RootDirectory root, ScanResult scan, StagingArea staged, TrashArea trash, GivenModes? modes = null)
    {
        (_root, _trash, _leftOut, _modes) = (root, trash, new LeftOut(scan.Rules), modes ?? GivenModes.None);
        _seen = new SeenPaths(scan);
        _preparer = () => new StepPreparer(_seen, new StagedFiles(_seen, staged, _modes), _modes);
        _maker = new StepMaker(root, _seen, staged, trash, _leftOut, _undo);
    }

    /// <summary>
    /// Makes all changes, durably, or none: the first failure takes back what was made and throws. They stand from the instant on at which the generation that they make is accepted.
    /// </summary>
    internal ApplyOutcome ApplyAll(PlannedChanges planned, NextGeneration next, CancellationToken cancellation)
    {
        using var generation = RootHistory.Begin(_root, next with { Area = _trash.Name }, _seen.Recorded(_root, planned.Changes));
        try
        {
            var steps = PreparedSteps.Of(_root, ApplyOrder.Of(planned), _preparer(), _ => false, cancellation);
            steps.RequireAll();
            new Journal(_trash.Name, IsWhole: true, [.. steps.Parts().Select(part => part.Part)]).Write(_root);
            // Made now: when a full disk is why the changes must be taken back, there is no room for a directory.
            if (planned.Single.Any(change => change.To is not null))
                _trash.TakenBack();
            _maker.Expect(planned.Single.Count);
            for (var i = 0; i < steps.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                Make(steps, i);
            }
            SetDirectoryModes();
            Durability.FlushApplied(_root, _trash, _applied);
            generation.Accept();
        }
        catch (Exception e)
        {
            TakeBack(generation, e);
            if (e is PreconditionException)
                throw new DriveException(ErrorCode.Conflict, $"{(next.Kind == GenerationKind.Push ? "The push did not land" : "It was not done")}: {e.Message}. Nothing was changed.", "Run the command again; it plans against what is there now.", e);
            throw;
        }
        EndJournal();
        return Outcome();
    }

    // When all that they hold is in place: they may not be open for writing.
    private void SetDirectoryModes()
    {
        foreach (var (path, mode) in _applied.Where(change => change is { From: not { IsDirectory: true }, To.IsDirectory: true }).Select(change => (change.Path, _modes.Of(change.Path))))
        {
            if (mode is null)
                continue;
            var holder = _root.Holder(path);
            using var directory = holder.OpenRead(path.Name);
            holder.SetMode(directory, mode.Value);
        }
    }

    private void EndJournal()
    {
        try
        {
            _trash.DropTakenBack();
            Journal.Remove(_root);
        }
        catch (FileOperationException)
        {
            // The changes stand. Whoever takes the lock next finds the journal and tries again.
        }
    }

    // Retracted first, so that nobody takes for accepted what is taken back. Where even that fails the journal stays, and whoever recovers goes by what the disk says.
    private void TakeBack(BegunGeneration generation, Exception cause)
    {
        try
        {
            generation.Retract();
        }
        catch (FileOperationException e)
        {
            throw new DriveException(ErrorCode.Io, $"{cause.Message} Then it could not be written down that the changes do not stand: {e.Message}",
                "When the disk can be written again, run omnydrive sync: it first brings the directory to the old state or to the new one.", new AggregateException(cause, e));
        }
        _undo.TakeBack(cause);
        _root.ForgetLast();
        Journal.RemoveIfThere(_root);
        try
        {
            _trash.DropTakenBack();
        }
        catch (FileOperationException)
        {
            // An empty directory is left.
        }
    }

    /// <summary>
    /// Makes each change whose precondition holds, durably, and records what was made; the others are problems and stay as they are. Of a directory that cannot be moved whole, because
    /// something in it changed for one, each file is moved for itself. Not to be cancelled: a path that turns from a file into a directory must not be left between the two. Broken off,
    /// what is recorded is what was planned, of which each path may have been made or not.
    /// </summary>
    /// <param name="planned">What to make.</param>
    /// <param name="next">The generation that it makes.</param>
    /// <param name="isByPath">Whether what changes is recorded path by path.</param>
    internal ApplyOutcome ApplyEach(PlannedChanges planned, NextGeneration next, bool isByPath = true)
    {
        var recorded = isByPath ? _seen.Recorded(_root, planned.Changes) : null;
        using var generation = RootHistory.Begin(_root, next with { Area = _trash.Name }, recorded);
        var outcome = ApplyEach(planned);
        if (recorded is not null && outcome.Applied.Count < planned.Changes.Count)
        {
            var applied = outcome.Applied.ToHashSet(ReferenceEqualityComparer.Instance);
            generation.Correct([.. recorded.Where(change => applied.Contains(change.Change))]);
        }
        generation.Accept();
        return outcome;
    }

    /// <summary>The same without a record of it.</summary>
    internal ApplyOutcome ApplyEach(PlannedChanges planned)
    {
        Pass(planned);
        if (_unmoved.Count > 0)
            Pass(PlannedChanges.InsteadOf(_unmoved));
        return Outcome();
    }

    private void Pass(PlannedChanges planned)
    {
        var failed = Obstructed(planned.Single);
        var steps = PreparedSteps.Of(_root, ApplyOrder.Of(planned), _preparer(), step => failed.Contains(step.Change), CancellationToken.None);
        var halves = steps.Parts().Select(part => part.Part).Where(MayBeHalfMade).ToList();
        if (halves.Count > 0)
            new Journal(_trash.Name, IsWhole: false, halves).Write(_root);
        _maker.Expect(planned.Single.Count);
        try
        {
            MakeEach(steps, failed);
            Durability.FlushApplied(_root, _trash, _applied);
        }
        finally
        {
            // No path is left half-way, whatever was thrown, unless taking it back failed; then the journal stays.
            if (!_undo.HasFailed)
                Journal.RemoveIfThere(_root);
        }
    }

    // All else is one rename, or nothing.
    private static bool MayBeHalfMade(JournalStep part) => part.MakesRoom || part.Kind is StepKind.Replace or StepKind.Move or StepKind.SetAttributes;

    private void MakeEach(PreparedSteps steps, HashSet<Change> failed)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            if (IsPutOff(step, failed) || LiesInUnmade(step))
                continue;
            try
            {
                MakeAlone(steps, i);
            }
            catch (Exception e) when (e is PreconditionException or FileOperationException)
            {
                if (e is FileOperationException { Error: FileError.NoSpace })
                    throw;
                failed.Add(step.Change);
                if (step is { Kind: ApplyStepKind.Create, Change.To.IsDirectory: true })
                    _unmade.Add(step.Change.Path);
                Refuse(step, (e as FileOperationException)?.Reason ?? e.Message);
            }
        }
    }

    private bool IsPutOff(ApplyStep step, HashSet<Change> failed)
    {
        if (!failed.Contains(step.Change))
            return false;
        if (step.Source is { } source)
            _problems.Add(new Problem(source.Path.ToString(), $"\"{step.Change.Path}\", where it should go, could not be made"));
        return true;
    }

    // What belongs into a directory that could not be made must not go where its name leads instead.
    private bool LiesInUnmade(ApplyStep step)
    {
        if (step.Kind == ApplyStepKind.Remove || _unmade.Find(step.Change.Path.IsAtOrBelow) is not { IsRoot: false } directory)
            return false;
        Refuse(step, $"the directory \"{directory}\" could not be made");
        return true;
    }

    // A file that could not be moved stays where it is. A directory is no problem yet: what it holds may be.
    private void Refuse(ApplyStep step, string reason)
    {
        if (step.Directory is { } directory)
        {
            _unmoved.Add(directory);
            return;
        }
        _problems.Add(new Problem(step.Change.Path.ToString(), reason));
        if (step.Source is { } source)
            _problems.Add(new Problem(source.Path.ToString(), reason));
    }

    // A step that fails is taken back, with the room that was made for it. Without space nothing more is tried, and all room that was made is given back.
    private void MakeAlone(PreparedSteps steps, int index)
    {
        if (_madeRoom.Remove(steps[index].Change.Path, out var putBack))
            _undo.Add(putBack);
        try
        {
            Make(steps, index);
            _undo.Clear();
        }
        catch (Exception e)
        {
            if (e is FileOperationException { Error: FileError.NoSpace })
                GiveBackRoom();
            _undo.TakeBack(e);
            _root.ForgetLast();
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

    private bool HoldsSomethingLeftOut(DrivePath path)
    {
        if (_root.Stat(path) is not { Kind: FileKind.Directory })
            return false;
        using var directory = _root.Open(path);
        return _leftOut.IsSomeOf(directory, path);
    }

    private ApplyOutcome Outcome() => new(_applied, _movedAlong, _problems, _maker.Files, _movedAway);

    private void Make(PreparedSteps steps, int index)
    {
        var step = steps[index];
        foreach (var part in steps.PartsOf(index))
            _maker.Make(step, part);
        if (step.Source is { } source)
        {
            _applied.Add(source);
            _movedAway.Add(source);
        }
        if (step.Directory is { } directory)
            _movedAlong.AddRange(directory.Below);
        if (step.IsLast)
            _applied.Add(step.Change);
        else
            _madeRoom[step.Change.Path] = _undo.Last;
    }
}
