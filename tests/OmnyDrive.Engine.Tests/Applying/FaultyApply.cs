using System.Security.Cryptography;
using System.Text;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Applying.Journaling;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Engine.Tests.PowerCuts;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;
using TreeApplier = OmnyDrive.Engine.Applying.TreeApplier;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>A tree, a plan and its staged contents, applied once while the file layer fails as planned.</summary>
internal sealed class FaultyApply : IDisposable
{
    private readonly ScannedRoot _scanned = new(ScratchDirectory.InMemory());
    private readonly RootDirectory _root;
    private readonly ScanResult _scan;
    private readonly Snapshot _target;
    private readonly IReadOnlyList<Change> _changes;
    private readonly PlannedChanges _planned;
    private readonly HashSet<string> _contents;
    private readonly OperationLog? _log;
    private StagingArea? _staging;

    private FaultyApply(FaultPlan faults, Action<ScannedRoot> make, Action<FlatTree> plan, bool records = false)
    {
        Faults = faults;
        faults.IsOn = false;
        make(_scanned);
        _scan = _scanned.Scan();
        var tree = FlatTree.Of(_scan.Snapshot);
        plan(tree);
        _target = tree.ToSnapshot();
        _changes = [.. TreeDiff.Compare(_scan.Snapshot, _target)];
        Before = Now;
        _contents = [.. Hashes()];
        Directory.CreateDirectory(_scanned.At(".omnydrive"));
        _log = records ? new OperationLog(_scanned.Path, _scanned.Scratch.Directory("pool")) : null;
        _root = _log is null ? FaultyRoot.OpenAt(_scanned.Path, faults) : FaultyRoot.OpenAt(_log, faults);
        _planned = Plans.Of(_changes, _root, _scan);
    }

    internal FaultPlan Faults { get; }

    /// <summary>What failed, for messages.</summary>
    internal string Failed => string.Join(", ", Faults.Failed);

    /// <summary>The tree before the apply.</summary>
    internal string Before { get; }

    /// <summary>The tree as it is.</summary>
    internal string Now => DiskTree.Describe(_scanned.Path, times: true);

    /// <param name="faults">What fails, and when, during the apply.</param>
    /// <param name="make">Makes the tree.</param>
    /// <param name="plan">Changes it.</param>
    /// <param name="contents">What is staged.</param>
    /// <param name="builds">Whether new directories are built while contents are staged; else their files are placed one by one.</param>
    /// <param name="records">Whether what is done is written down, so that the power can be cut.</param>
    internal static async Task<FaultyApply> OfAsync(FaultPlan faults, Action<ScannedRoot> make, Action<FlatTree> plan, IEnumerable<string> contents, bool builds, bool records = false)
    {
        var apply = new FaultyApply(faults, make, plan, records);
        apply._staging = StagingArea.Create(apply._root, "apply", TimeProvider.System);
        await apply.StageAsync(contents, builds);
        return apply;
    }

    /// <summary>The same, with faults while contents are staged, which may fail then.</summary>
    internal static async Task<(FaultyApply Apply, Exception? Thrown)> StagedWithFaultsAsync(FaultPlan faults, Action<ScannedRoot> make, Action<FlatTree> plan, IEnumerable<string> contents)
    {
        var apply = new FaultyApply(faults, make, plan);
        apply._staging = StagingArea.Create(apply._root, "apply", TimeProvider.System);
        faults.IsOn = true;
        var thrown = await Record.ExceptionAsync(() => apply.StageAsync(contents, builds: true));
        faults.IsOn = false;
        return (apply, thrown);
    }

    private async Task StageAsync(IEnumerable<string> contents, bool builds)
    {
        if (builds)
            _staging!.Expect(_root, _planned);
        using var buffer = new StagingBuffer();
        foreach (var content in contents.Select(Encoding.ASCII.GetBytes))
            Assert.Null(await _staging!.StageAsync(new MemoryContent(0, content), new ContentNeed(ContentHash.Of(content), content.Length), buffer, null, CancellationToken.None));
        _staging!.SetUses(ContentNeeds.Staged(_planned));
        _staging.Flush();
    }

    internal ApplyOutcome All(bool faults = true) => Apply(faults, applier => applier.ApplyAll(_planned, SampleApply.Generation, CancellationToken.None));

    internal ApplyOutcome Each(bool faults = true) => Apply(faults, applier => applier.ApplyEach(_planned));

    /// <summary>How many files the plan moves, and how many directories.</summary>
    internal (int Files, int Directories) Moves => (_planned.Moves.Count, _planned.Directories.Count);

    /// <summary>What the next process does that takes the root's lock; the file layer fails again as planned, if a plan is given.</summary>
    internal void Recover(FaultPlan? faults = null)
    {
        using var root = FaultyRoot.OpenAt(_scanned.Path, faults ?? FaultPlan.None());
        JournalRecovery.Run(root);
    }

    /// <summary>Leaves the disk as a power cut may after what was done; see <see cref="PowerCut"/> for the seed.</summary>
    internal void CutPower(int seed)
    {
        _log!.HasEnded = true;
        _staging!.Dispose();
        _staging = null;
        RebuiltTree.Rebuild(_log, PowerCut.After(_log, seed), _scanned.Scratch.Directory("limbo"));
    }

    /// <summary>What the next process does that takes the root's lock, until the power fails again.</summary>
    internal void RecoverAndCutPower(FaultPlan faults, int seed)
    {
        var log = new OperationLog(_scanned.Path, _scanned.Scratch.Directory("pool of recovery"));
        using (var root = FaultyRoot.OpenAt(log, faults))
            Record.Exception(() => JournalRecovery.Run(root));
        RebuiltTree.Rebuild(log, PowerCut.After(log, seed), _scanned.Scratch.Directory("limbo of recovery"));
    }

    /// <summary>Whether a journal lies in the root.</summary>
    internal bool HasJournal => File.Exists(_scanned.At(".omnydrive/journal"));

    /// <summary>Whether the changes stand, as the history has it.</summary>
    internal bool IsAccepted
    {
        get
        {
            using var root = RootDirectory.OpenAt(_scanned.Path);
            return RootHistory.HasAccepted(root, "apply");
        }
    }

    /// <summary>Where a path of the tree lies.</summary>
    internal string At(string path) => _scanned.At(path);

    internal bool IsAsPlanned() => _scanned.Scan().Snapshot.Root == _target.Root;

    /// <summary>What lies in the trash of the root.</summary>
    internal IEnumerable<string?> Trash => Directory.EnumerateDirectories(_scanned.At(".omnydrive/trash")).Select(Path.GetFileName);

    /// <summary>Each content that was there before is in the tree or in the trash.</summary>
    internal void RequireAllContent()
    {
        var now = Hashes().ToHashSet();
        Assert.True(_contents.IsSubsetOf(now), $"{Failed}: bytes are lost. {Before}\nis now\n{Now}");
    }

    /// <summary>Each path holds what it did or what was planned; what the outcome says was applied, was.</summary>
    internal void RequireOldOrNew(ApplyOutcome? outcome)
    {
        FlatTree was = FlatTree.Of(_scan.Snapshot), planned = FlatTree.Of(_target), now = FlatTree.Of(_scanned.Scan().Snapshot);
        foreach (var path in was.Keys.Union(planned.Keys).Union(now.Keys))
        {
            var entry = now.At(path);
            // Below a directory that could not become one, or did not cease to be one, there is nothing, too.
            Assert.True(Equals(entry, was.At(path)) || Equals(entry, planned.At(path)) || entry is null && _changes.Any(change => change.Path == path && change.From is null),
                $"{Failed}: {path} is {entry}, was {was.At(path)}, planned {planned.At(path)}");
        }
        foreach (var applied in outcome?.Applied ?? [])
            Assert.True(Entry.SameHere(now.At(applied.Path), applied.To), $"{Failed}: {applied} is said to be applied");
        Assert.True(outcome is null || outcome.Applied.Count + outcome.Problems.Count >= _changes.Count, $"{Failed}: changes are neither applied nor problems");
    }

    public void Dispose()
    {
        Faults.IsOn = false;
        _staging?.Dispose();
        _root.Dispose();
        _scanned.Dispose();
    }

    private ApplyOutcome Apply(bool faults, Func<TreeApplier, ApplyOutcome> apply)
    {
        using var trash = new TrashArea(_root, "apply");
        Faults.IsOn = faults;
        try
        {
            return apply(new TreeApplier(_root, _scan, _staging!, trash));
        }
        finally
        {
            Faults.IsOn = false;
        }
    }

    private IEnumerable<string> Hashes() => Directory.EnumerateFiles(_scanned.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
        .Where(path => !path.Contains("/.omnydrive/staging/", StringComparison.Ordinal))
        .Select(path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))));
}
