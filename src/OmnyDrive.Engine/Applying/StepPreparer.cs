using OmnyDrive.Engine.Applying.Journaling;
using OmnyDrive.Engine.Files;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Settles what a step will do before it is done, and makes ready what it needs. What follows from the scan alone is not kept: it is told again when it is asked for, so
/// that a clone of many files need not remember each.
/// </summary>
/// <param name="Special">The parts of a step that cannot be told again; null where they can.</param>
/// <param name="Inode">Of the staged file.</param>
internal readonly record struct Preparation(JournalStep[]? Special, ulong Inode = 0);

/// <summary>Prepares single steps.</summary>
internal sealed class StepPreparer(SeenPaths seen, StagedFiles files, GivenModes modes)
{
    private readonly HashSet<DrivePath> _new = [];

    /// <summary>Finds out which directories that are to be made are not there; what lies in one of these is not looked for. Called once, before any step is prepared.</summary>
    internal void LookForNew(RootDirectory root, IEnumerable<ApplyStep> steps)
    {
        files.GiveUpWhere(path => root.Stat(path) is not null);
        foreach (var path in steps.Where(step => step is { Kind: ApplyStepKind.Create, Change.To.IsDirectory: true }).Select(step => step.Change.Path))
        {
            if (_new.Contains(path.Parent) || root.Stat(path) is not { Kind: FileKind.Directory })
                _new.Add(path);
        }
    }

    /// <summary>Makes ready what a step needs; throws where the path is not what the plan saw.</summary>
    internal Preparation Prepare(RootDirectory root, ApplyStep step) => step.Kind switch
    {
        ApplyStepKind.Remove => Remove(root, step),
        ApplyStepKind.Create => Create(step.Change.Path, step.Change.To!),
        ApplyStepKind.MoveDirectory => MoveDirectory(root, step),
        ApplyStepKind.Move => Move(root, step),
        ApplyStepKind.Replace => Replace(root, step.Change),
        ApplyStepKind.SetExecutable => SetExecutable(root, step.Change),
        _ => throw new InvalidOperationException($"There is no step {step.Kind}."),
    };

    /// <summary>Makes durable what was made ready. Called once, when all steps are prepared.</summary>
    internal void Flush() => files.Flush();

    /// <summary>What a step consists of.</summary>
    internal IReadOnlyList<JournalStep> PartsOf(ApplyStep step, Preparation prepared)
    {
        if (prepared.Special is { } special)
            return special;
        var (path, from, to) = (step.Change.Path, step.Change.From, step.Change.To);
        if (step.Kind == ApplyStepKind.Remove)
            return [new JournalStep(StepKind.RemoveFile, path) { Before = seen.StampOf(path), MakesRoom = !step.IsLast }];
        if (step.Source is { } source)
            return [new JournalStep(StepKind.Move, path) { Source = source.Path, Before = seen.StampOf(source.Path), After = seen.StampOf(source.Path) }];
        return [new JournalStep(from is { IsFile: true } ? StepKind.Replace : StepKind.Place, path)
        {
            Before = from is { IsFile: true } ? seen.StampOf(path) : null, After = Stamp(prepared.Inode, to!), Content = to!.ContentHash, Staged = StagingArea.NameOf(to.ContentHash),
        }];
    }

    private static FileStamp Stamp(ulong inode, Entry file) => new(inode, file.Size, file.ModifiedNanoseconds, 0, 0, 0);

    private static Preparation Of(params JournalStep[] parts) => new(parts);

    private static Preparation Remove(RootDirectory root, ApplyStep step)
    {
        var (path, from) = (step.Change.Path, step.Change.From!);
        if (from.IsFile)
            return default;
        if (root.Holder(path).Stat(path.Name) is not { } stat || (stat.Kind == FileKind.Directory) != from.IsDirectory)
            throw SeenPaths.Changed(path);
        return Of(new JournalStep(from.IsDirectory ? StepKind.RemoveDirectory : StepKind.RemoveFile, path) { Before = FileStamp.Of(stat), MakesRoom = !step.IsLast });
    }

    // Of what comes with a directory that is placed whole, each has its own part all the same: that is how it is taken back, and known after a crash.
    private Preparation Create(DrivePath path, Entry to) => to.Kind switch
    {
        EntryKind.Directory when files.Built?.IsWhole(path) is true => Of(new JournalStep(StepKind.MakeDirectory, path) { After = FileStamp.Of(files.Built.Stat(path)) }),
        EntryKind.Symlink when files.Built?.IsInWhole(path) is true => Of(LinkPlaced(StepKind.Place, path, new StagedFile("", files.Built.Stat(path).Inode))),
        EntryKind.File when files.Built?.IsInWhole(path) is true => new Preparation(null, files.Built.FileAt(path).Inode),
        EntryKind.Directory => Of(new JournalStep(StepKind.MakeDirectory, path) { WasThere = !_new.Contains(path) }),
        EntryKind.Symlink => Of(LinkPlaced(StepKind.Place, path, files.Link(to))),
        EntryKind.File => Of(StepKind.Place, path, files.New(path, to), to, before: null),
        _ => throw new InvalidOperationException($"A plan cannot create {to}."),
    };

    private Preparation Replace(RootDirectory root, Change change)
    {
        var (path, from, to) = (change.Path, change.From!, change.To!);
        var holder = root.Holder(path);
        FileStamp? before = from.IsFile ? null : holder.Stat(path.Name) is { } stat ? FileStamp.Of(stat) : throw SeenPaths.Changed(path);
        if (!to.IsFile)
            return Of(LinkPlaced(StepKind.Replace, path, files.Link(to)) with { Before = before ?? seen.StampOf(path) });
        return Of(StepKind.Replace, path, from.IsFile ? files.Replacing(holder, path, to) : files.New(path, to), to, before);
    }

    // A mode and a time belong to all names of a file, and the change to this path alone.
    private Preparation SetExecutable(RootDirectory root, Change change)
    {
        var (path, to) = (change.Path, change.To!);
        var holder = root.Holder(path);
        var before = seen.Require(holder, path, change.From!);
        return Of(before.Links > 1
            ? Placed(StepKind.Replace, path, files.CopyOf(holder, path, to), to) with { Before = FileStamp.Of(before) }
            : new JournalStep(StepKind.SetAttributes, path) { Before = FileStamp.Of(before), After = After(path, before, to) });
    }

    // What it holds is looked at when it is at its new path.
    private Preparation MoveDirectory(RootDirectory root, ApplyStep step)
    {
        var source = step.Source!.Path;
        var stamp = FileStamp.Of(seen.RequireDirectory(root.Holder(source), source));
        return Of(new JournalStep(StepKind.MoveDirectory, step.Change.Path) { Source = source, Before = stamp, After = stamp });
    }

    // So a file of several names is copied where they change.
    private Preparation Move(RootDirectory root, ApplyStep step)
    {
        var (path, source, to) = (step.Change.Path, step.Source!.Path, step.Change.To!);
        var was = seen.StampOf(source);
        if (was.Mode == ModeOf(path, was.Mode, to) && was.Modified == to.ModifiedNanoseconds)
            return default;
        var from = root.Holder(source);
        var before = seen.Require(from, source, step.Source.From!);
        if (before.Links == 1)
            return Of(new JournalStep(StepKind.Move, path) { Source = source, Before = FileStamp.Of(before), After = After(path, before, to) });
        return Of(Placed(StepKind.Place, path, files.CopyOf(from, source, to), to), new JournalStep(StepKind.RemoveFile, source) { Before = FileStamp.Of(before) });
    }

    private FileStamp After(DrivePath path, in FileStat before, Entry to) => FileStamp.Of(before) with { Mode = ModeOf(path, before.Mode, to), Modified = to.ModifiedNanoseconds };

    // The file stays the same, and so do its set-id and sticky bits.
    private uint ModeOf(DrivePath path, uint before, Entry to) => (before & ~FileModes.AllAll) | modes.Of(path, to.IsExecutable, before);

    private static JournalStep Placed(StepKind kind, DrivePath path, StagedFile file, Entry to) =>
        new(kind, path) { After = Stamp(file.Inode, to), Content = to.ContentHash, Staged = file.Name };

    // Of a link only which one it is counts: nobody edits a link.
    private static JournalStep LinkPlaced(StepKind kind, DrivePath path, StagedFile link) => new(kind, path) { After = new FileStamp(link.Inode, 0, 0, 0, 0, 0), Staged = link.Name };

    // Nearly all are named by their contents, and but for the inode what the plan says.
    private Preparation Of(StepKind kind, DrivePath path, StagedFile file, Entry to, FileStamp? before) => file.Name == StagingArea.NameOf(to.ContentHash) && before is null
        ? new Preparation(null, file.Inode)
        : Of(Placed(kind, path, file, to) with { Before = before ?? (kind == StepKind.Replace ? seen.StampOf(path) : null) });
}
