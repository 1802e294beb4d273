using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;

namespace OmnyDrive.Engine.Tests.PowerCuts;

/// <summary>Puts a tree into the state that a power cut left, from its very inodes.</summary>
internal sealed class RebuiltTree : IDisposable
{
    private readonly PowerCut _cut;
    private readonly IDirectoryHandle _limbo;
    private readonly Dictionary<ulong, Queue<string>> _parts = [];
    private int _count;

    private RebuiltTree(PowerCut cut, string limbo) => (_cut, _limbo) = (cut, LinuxDirectory.OpenRoot(limbo));

    /// <summary>Rebuilds the tree of a log; <paramref name="limbo"/> is an empty directory beside it.</summary>
    internal static void Rebuild(OperationLog log, PowerCut cut, string limbo)
    {
        using var tree = new RebuiltTree(cut, limbo);
        using var root = LinuxDirectory.OpenRoot(log.Root);
        using var pool = LinuxDirectory.OpenRoot(log.Pool);
        tree.Dismantle(root);
        tree.Dismantle(pool);
        tree.Assemble(root, log.RootInode);
    }

    public void Dispose() => _limbo.Dispose();

    // Whatever lies in it, each inode by itself.
    private void Dismantle(IDirectoryHandle directory)
    {
        foreach (var name in Names(directory))
        {
            var stat = directory.Stat(name)!.Value;
            if (stat.Kind == FileKind.Directory)
            {
                using var below = directory.OpenDirectory(name);
                Dismantle(below);
            }
            var part = $"{++_count}";
            directory.RenameNoReplace(name, _limbo, part);
            if (!_parts.TryGetValue(stat.Inode, out var parts))
                _parts.Add(stat.Inode, parts = new Queue<string>());
            parts.Enqueue(part);
        }
    }

    private void Assemble(IDirectoryHandle directory, ulong inode)
    {
        foreach (var ((_, name), child) in _cut.Entries.Where(entry => entry.Key.Directory == inode))
        {
            var kind = _limbo.Stat(_parts[child].Peek())!.Value.Kind;
            _limbo.RenameNoReplace(_parts[child].Dequeue(), directory, name);
            if (kind == FileKind.File)
                Fill(directory, name, _cut.Files[child]);
            if (kind != FileKind.Directory)
                continue;
            using var below = directory.OpenDirectory(name);
            Assemble(below, child);
        }
    }

    private static void Fill(IDirectoryHandle directory, string name, FileContent content)
    {
        using (var file = directory.OpenOrCreate(name, 0))
        {
            RandomAccess.SetLength(file, 0);
            directory.Write(file, content.Bytes, 0);
            directory.SetMode(file, content.Mode);
        }
        directory.SetModified(name, content.Modified);
    }

    private static List<string> Names(IDirectoryHandle directory)
    {
        var names = new NameList();
        directory.List(names);
        return [.. Enumerable.Range(0, names.Count).Select(i => Encoding.UTF8.GetString(names[i]))];
    }
}
