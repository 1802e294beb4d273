using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;

namespace OmnyDrive.Engine.Tests.PowerCuts;

/// <summary>
/// What is done to one tree, operation by operation, beginning with a durable state of it. Nothing that is removed goes: it is moved to a pool beside the tree, so that each inode can
/// be put back where a power cut would have left it. Operations come one at a time; the log is its own lock.
/// </summary>
internal sealed class OperationLog
{
    private readonly List<Operation> _operations = [];
    private readonly Dictionary<ulong, FileContent> _files = [];
    private readonly IDirectoryHandle _pool;
    private int _removed;

    /// <param name="root">The tree.</param>
    /// <param name="pool">An empty directory beside it, on the same file system.</param>
    internal OperationLog(string root, string pool)
    {
        (Root, Pool, _pool) = (root, pool, LinuxDirectory.OpenRoot(pool));
        using var top = LinuxDirectory.OpenRoot(root);
        RootInode = top.Stat().Inode;
        Take(top);
    }

    internal string Root { get; }

    internal string Pool { get; }

    internal ulong RootInode { get; }

    /// <summary>What was done, in order.</summary>
    internal IReadOnlyList<Operation> Operations => _operations;

    /// <summary>The entries of the directories in the beginning.</summary>
    internal Dictionary<(ulong Directory, string Name), ulong> Entries { get; } = [];

    /// <summary>The files as they were in the beginning, or as they were made.</summary>
    internal IReadOnlyDictionary<ulong, FileContent> Files => _files;

    /// <summary>Whether the power is gone: what is done from now on is no part of the log.</summary>
    internal bool HasEnded { get; set; }

    internal void Add(Operation operation)
    {
        if (!HasEnded)
            _operations.Add(operation);
    }

    internal void AddMade(IDirectoryHandle directory, string name)
    {
        var stat = directory.Stat(name)!.Value;
        if (stat.Kind == FileKind.File)
            _files[stat.Inode] = FileContent.OfNew(stat.Mode, stat.Modified);
        Add(new Operation.Names([(directory.Stat().Inode, name, stat.Inode)]));
    }

    /// <summary>Takes a name out of its directory; the operation is the caller's to add.</summary>
    internal void MoveToPool(IDirectoryHandle directory, string name) => directory.RenameNoReplace(name, _pool, $"{++_removed}");

    private void Take(IDirectoryHandle directory)
    {
        var names = new NameList();
        directory.List(names);
        for (var i = 0; i < names.Count; i++)
        {
            var name = System.Text.Encoding.UTF8.GetString(names[i]);
            var stat = directory.Stat(name)!.Value;
            Entries[(directory.Stat().Inode, name)] = stat.Inode;
            if (stat.Kind == FileKind.File)
                _files[stat.Inode] = new FileContent(File.ReadAllBytes($"{directory.Path}/{name}"), stat.Mode, stat.Modified);
            if (stat.Kind != FileKind.Directory)
                continue;
            using var below = directory.OpenDirectory(name);
            Take(below);
        }
    }
}
