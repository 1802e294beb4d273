using System.Text;
using OmnyDrive.Drives;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.History;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>A tree and a plan with every kind of step in it.</summary>
internal static class SampleApply
{
    internal static readonly NextGeneration Generation = new(HistoryRole.Drive, GenerationKind.Push, SyncRef.OfTree(Tree.Empty.Hash), SyncRef.OfTree(Tree.Empty.Hash), DateTimeOffset.UnixEpoch);

    internal static readonly string[] Contents = ["theirs", "shared", "turned", "small"];

    internal static void MakeTree(ScannedRoot root)
    {
        foreach (var path in new[] { "keep", "dir/replaced", "dir/mode", "gone", "gone dir/sub/file", "to dir", "to file/below", "to link", "twin", "dir/last", "whole/kept/one", "whole/kept/sub/two", "whole/three", "moves/one", "moves/sub/two", "moves/twin", "renamed" })
            root.Write(path, $"old {path}");
        OddFiles.HardLink(root.At("twin"), root.At("dir/twin"));
        OddFiles.HardLink(root.At("moves/twin"), root.At("dir/of moved twin"));
        File.CreateSymbolicLink(root.At("whole/kept/link"), "one");
        File.CreateSymbolicLink(root.At("link"), "keep");
        File.CreateSymbolicLink(root.At("link to file"), "keep");
        File.CreateSymbolicLink(root.At("gone link"), "keep");
    }

    internal static void PlanWithoutRemovedDirectories(FlatTree tree)
    {
        Put(tree, "dir/replaced", "theirs");
        Put(tree, "new/below/first", "shared");
        Put(tree, "new/second", "shared");
        Put(tree, "dir/last", "shared");
        tree.RemoveAll(DrivePath.Parse("gone"));
        tree.RemoveAll(DrivePath.Parse("gone link"));
        tree.Put(DrivePath.Parse("link"), Entry.Symlink("dir"));
        tree.Put(DrivePath.Parse("new/link"), Entry.Symlink("second"));
        tree.Put(DrivePath.Parse("to link"), Entry.Symlink("gone"));
        Put(tree, "link to file", "small");
        Put(tree, "to dir/inside", "turned");
        MoveFile(tree, "renamed", "dir/renamed", executable: true);
        foreach (var path in new[] { "dir/mode", "dir/twin" }.Select(DrivePath.Parse))
            tree[path] = Entry.File(tree[path].Size, tree[path].ContentHash, executable: true, 1_000_000_000_000_000_000);
    }

    internal static void Plan(FlatTree tree)
    {
        PlanWithoutRemovedDirectories(tree);
        MoveFile(tree, "moves/one", "moved/one");
        MoveFile(tree, "moves/sub/two", "moved/deep/down/two");
        MoveFile(tree, "moves/twin", "moved/twin", executable: true);
        tree.RemoveAll(DrivePath.Parse("moves"));
        MoveDirectory(tree, "whole/kept", "moved/deep/whole");
        tree.RemoveAll(DrivePath.Parse("gone dir"));
        tree.RemoveAll(DrivePath.Parse("to file"));
        Put(tree, "to file", "turned");
    }

    internal static void MoveDirectory(FlatTree tree, string from, string to)
    {
        foreach (var (path, entry) in tree.Where(at => at.Key.IsAtOrBelow(DrivePath.Parse(from))).ToList())
        {
            tree.Remove(path);
            tree.Put(DrivePath.Parse(to + path.ToString()[from.Length..]), entry);
        }
    }

    private static void MoveFile(FlatTree tree, string from, string to, bool executable = false)
    {
        var file = tree[DrivePath.Parse(from)];
        tree.RemoveAll(DrivePath.Parse(from));
        tree.Put(DrivePath.Parse(to), Entry.File(file.Size, file.ContentHash, executable, executable ? 1_200_000_000_000_000_000 : file.ModifiedNanoseconds));
    }

    private static void Put(FlatTree tree, string path, string content) =>
        tree.Put(DrivePath.Parse(path), Entry.File(content.Length, ContentHash.Of(Encoding.ASCII.GetBytes(content)), executable: false, 1_100_000_000_000_000_000));
}
