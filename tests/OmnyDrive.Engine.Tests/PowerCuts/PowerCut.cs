namespace OmnyDrive.Engine.Tests.PowerCuts;

/// <summary>
/// A state that a power cut may leave behind after the operations of a log. What was synced stands. Of what was not: the entries of each directory are as they were after some operation
/// on it, a rename being seen in both its directories or in neither, a directory being there if anything in it is, and removed only if all was gone from it; a file's writes and attributes came through or did not, each for itself, a write perhaps by half.
/// </summary>
/// <remarks>
/// That is more than file systems with a journal or copy-on-write permit themselves: syncing a file says nothing of its name, and syncing a directory nothing of others but that it is there
/// itself. Of these no file system of today keeps the content and loses the directory.
/// </remarks>
internal sealed class PowerCut
{
    private readonly OperationLog _log;
    private readonly Random _random;
    private readonly double _keptNames, _keptData;

    private PowerCut(OperationLog log, int seed)
    {
        (_log, _random) = (log, new Random(seed));
        // An entry is kept only with all before it in its directory, so that each must be likely.
        (_keptNames, _keptData) = seed switch { 0 => (0, 0), 1 => (1, 1), _ => (Math.Pow(_random.NextDouble(), 0.1), _random.NextDouble()) };
        Entries = SurvivingEntries();
        Files = SurvivingFiles();
    }

    /// <summary>The inode of each name that there is.</summary>
    internal Dictionary<(ulong Directory, string Name), ulong> Entries { get; }

    /// <summary>What each file holds, also one without a name.</summary>
    internal IReadOnlyDictionary<ulong, FileContent> Files { get; }

    /// <summary>With the seed 0 all is lost that can be, with 1 nothing.</summary>
    internal static PowerCut After(OperationLog log, int seed) => new(log, seed);

    private Dictionary<(ulong, string), ulong> SurvivingEntries()
    {
        var required = Required();
        var entries = new Dictionary<(ulong, string), ulong>(_log.Entries);
        var stopped = new HashSet<ulong>();
        for (var i = 0; i < _log.Operations.Count; i++)
        {
            if (_log.Operations[i] is not Operation.Names names)
                continue;
            if (!required[i] && (names.Directories.Any(stopped.Contains) || _random.NextDouble() >= _keptNames))
            {
                // Of a directory that was not made, nothing is kept, and nothing that was moved there.
                stopped.UnionWith(names.Directories);
                stopped.UnionWith(names.Entries.Select(entry => entry.Inode).OfType<ulong>().Where(inode => !entries.ContainsValue(inode)));
                continue;
            }
            foreach (var (directory, name, inode) in names.Entries)
            {
                if (inode is null)
                    entries.Remove((directory, name));
                else
                    entries[(directory, name)] = inode.Value;
            }
        }
        return entries;
    }

    // From the end: an operation stands when its directory is synced after it, when a later one stands that shares a directory with it, and when it makes such a directory.
    private bool[] Required()
    {
        var required = new bool[_log.Operations.Count];
        var (synced, all) = (new HashSet<ulong>(), false);
        for (var i = required.Length - 1; i >= 0; i--)
        {
            switch (_log.Operations[i])
            {
                case Operation.SyncAll:
                    all = true;
                    break;
                case Operation.SyncDirectory sync:
                    synced.Add(sync.Inode);
                    break;
                case Operation.Names names when all || names.Directories.Any(synced.Contains) || names.Entries.Any(entry => entry.Inode is { } inode && synced.Contains(inode)):
                    required[i] = true;
                    synced.UnionWith(names.Directories);
                    break;
            }
        }
        return required;
    }

    private Dictionary<ulong, FileContent> SurvivingFiles()
    {
        var synced = new Dictionary<ulong, FileContent>(_log.Files);
        var now = new Dictionary<ulong, FileContent>(_log.Files);
        var pending = new Dictionary<ulong, List<Operation>>();
        foreach (var operation in _log.Operations)
        {
            switch (operation)
            {
                case Operation.Write write:
                    now[write.Inode] = now[write.Inode].With(write, write.Bytes.Length);
                    Pending(write.Inode).Add(write);
                    break;
                // Those of directories and links are not looked at.
                case Operation.Attributes set when now.ContainsKey(set.Inode):
                    now[set.Inode] = now[set.Inode].With(set);
                    Pending(set.Inode).Add(set);
                    break;
                case Operation.SyncFile sync:
                    Settle(sync.Inode);
                    break;
                case Operation.SyncAll:
                    foreach (var inode in pending.Keys)
                        Settle(inode);
                    break;
            }
        }
        foreach (var (inode, operations) in pending)
            synced[inode] = operations.Aggregate(synced[inode], Survive);
        return synced;

        List<Operation> Pending(ulong inode) => pending.TryGetValue(inode, out var operations) ? operations : pending[inode] = [];

        void Settle(ulong inode)
        {
            if (pending.TryGetValue(inode, out var operations))
                operations.Clear();
            if (now.TryGetValue(inode, out var content))
                synced[inode] = content;
        }
    }

    private FileContent Survive(FileContent content, Operation operation) => (operation, _random.NextDouble() < _keptData) switch
    {
        (Operation.Write write, true) => content.With(write, write.Bytes.Length),
        // A single byte is written or not.
        (Operation.Write write, false) when _random.NextDouble() < _keptData => content.With(write, write.Bytes.Length / 2),
        (Operation.Attributes set, true) => content.With(set),
        _ => content,
    };
}
