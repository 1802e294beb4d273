using System.Collections.Concurrent;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// What is left in an area of directories that were built there. Their files have the names of the plan that was cut, so what they are is found by hashing them.
/// </summary>
internal static class BuiltLeftovers
{
    /// <summary>The directory in an area in which others are built.</summary>
    internal const string Tree = "tree";

    private const int Batch = 64;

    /// <summary>Moves all files to the names of their contents, where leftovers are looked for. What is not ours stays where it is.</summary>
    internal static void Flatten(IDirectoryHandle area)
    {
        if (area.Stat(Tree) is not { Kind: FileKind.Directory })
            return;
        using (var tree = RootDirectory.Over(area.OpenDirectory(Tree)))
        {
            var files = new List<DrivePath>();
            Walk(tree.Top, DrivePath.Root, (_, _, path) => files.Add(path));
            // A transfer may end when only directories have been made.
            if (files.Count > 0)
                OnAllCores.ForEach(Partitioner.Create(0, files.Count, Batch), () => (Tree: tree.Another(), Buffer: new StagingBuffer()), (batch, own) =>
            {
                for (var i = batch.Item1; i < batch.Item2; i++)
                    Flatten(own.Tree.Holder(files[i]), files[i].Name, area, own.Buffer);
            }, own =>
            {
                own.Tree.Dispose();
                own.Buffer.Dispose();
            }, CancellationToken.None);
        }
        Clear(area, withFiles: false);
    }

    /// <summary>Removes links and directories that are empty then; all files, too, where nobody will have a use for them.</summary>
    internal static void Clear(IDirectoryHandle area, bool withFiles)
    {
        if (area.Stat(Tree) is not { Kind: FileKind.Directory })
            return;
        using (var tree = area.OpenDirectory(Tree))
        {
            Walk(tree, DrivePath.Root, (directory, name, _) =>
            {
                if (withFiles)
                    directory.RemoveFile(name);
            });
        }
        RemoveIfEmpty(area, Tree);
    }

    // Names that are no text and what is neither file, link nor directory are none of ours.
    private static void Walk(IDirectoryHandle directory, DrivePath at, Action<IDirectoryHandle, string, DrivePath> onFile)
    {
        foreach (var (name, kind) in directory.List().Where(listed => listed.IsText).Select(listed => (listed.Name, directory.Stat(listed.Name)?.Kind)))
        {
            if (!DrivePath.TryParse(at.IsRoot ? name : $"{at}/{name}", out var path))
                continue;
            if (kind == FileKind.File)
                onFile(directory, name, path);
            else if (kind == FileKind.Symlink)
                directory.RemoveFile(name);
            else if (kind == FileKind.Directory)
            {
                using (var below = directory.OpenDirectory(name))
                    Walk(below, path, onFile);
                RemoveIfEmpty(directory, name);
            }
        }
    }

    private static void Flatten(IDirectoryHandle directory, string name, IDirectoryHandle area, StagingBuffer buffer)
    {
        FileStat stat;
        ContentHash content;
        using (var file = directory.OpenRead(name))
        {
            stat = directory.Stat(file);
            buffer.Hasher.Reset();
            int read;
            for (var at = 0L; (read = directory.Read(file, buffer.Bytes, at)) > 0; at += read)
                buffer.Hasher.Append(buffer.Bytes.AsSpan(0, read));
            content = buffer.Hasher.Finish();
        }
        var flat = StagingArea.NameOf(content);
        // Its time is that of its place to be; how long it is kept goes by when it came.
        directory.SetModified(name, stat.Changed);
        directory.RenameReplacing(name, area, flat);
    }

    private static void RemoveIfEmpty(IDirectoryHandle parent, string name)
    {
        if (IsEmpty(parent, name))
            parent.RemoveDirectory(name);
    }

    private static bool IsEmpty(IDirectoryHandle parent, string name)
    {
        using var directory = parent.OpenDirectory(name);
        return directory.List().Count == 0;
    }
}
