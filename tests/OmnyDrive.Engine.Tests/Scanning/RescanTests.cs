using CsCheck;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>Looking again at the directories that may have changed gives what looking at everything gives.</summary>
public sealed class RescanTests
{
    private static readonly string[] Names = ["a", "b", "c.log", "d\\e", ".omnyignore"];
    private static readonly string[] Patterns = ["*.log", "b/", "!c.log", "/a/b", "a"];

    private static readonly Gen<string> Path = Gen.Int[0, Names.Length - 1].Array[1, 4].Select(names => string.Join("/", names.Select(i => Names[i])));

    private static readonly Gen<(int Kind, string Path, string Other, int Choice)> Edit =
        Gen.Select(Gen.Int[0, 8], Path, Path, Gen.Int[0, Patterns.Length - 1]);

    [Fact]
    public void Looking_at_dirty_directories_alone_sees_what_a_full_scan_sees() =>
        Gen.Select(Edit.Array[0, 40], Edit.Array[1, 8].Array[1, 3]).Sample((start, rounds) =>
        {
            using var root = new ScannedRoot();
            var dirty = new HashSet<DrivePath>();
            foreach (var edit in start)
                Apply(root, edit, dirty);
            using var open = RootDirectory.OpenAt(root.Path);
            var scanner = new RootScanner(TimeProvider.System, root.Cache);
            var seen = scanner.Scan(open, CancellationToken.None);
            foreach (var edits in rounds)
            {
                dirty.Clear();
                foreach (var edit in edits)
                    Apply(root, edit, dirty);
                seen = scanner.Rescan(open, seen, dirty, null, CancellationToken.None);
                AssertSame(new RootScanner(TimeProvider.System, null).Scan(open, CancellationToken.None), seen);
            }
            AssertSame(root.Scan(), seen);
        }, iter: Iterations.Of(60), threads: 1);

    [Fact]
    public void What_did_not_change_is_not_looked_at()
    {
        using var root = new ScannedRoot();
        root.Write("a/file", "1");
        root.Write("b/file", "1");
        using var open = RootDirectory.OpenAt(root.Path);
        var scanner = new RootScanner(TimeProvider.System, null);
        var before = scanner.Scan(open, CancellationToken.None);
        root.Write("a/file", "22");
        root.Write("b/file", "22");
        var after = scanner.Rescan(open, before, new HashSet<DrivePath> { DrivePath.Parse("a") }, null, CancellationToken.None);
        Assert.Equal((2, 1), (after.Snapshot.Find(DrivePath.Parse("a/file"))!.Size, after.Snapshot.Find(DrivePath.Parse("b/file"))!.Size));
    }

    private static void AssertSame(ScanResult expected, ScanResult seen)
    {
        Assert.Equal(ScannedRoot.Print(expected), ScannedRoot.Print(seen));
        Assert.Equal(expected.Snapshot.Root, seen.Snapshot.Root);
        Assert.Equal(expected.Problems, seen.Problems);
        Assert.Equal((expected.Files, expected.Bytes), (seen.Files, seen.Bytes));
    }

    // What a watch of directories would tell: the directory of each name that came, went or changed.
    private static void Apply(ScannedRoot root, (int Kind, string Path, string Other, int Choice) edit, HashSet<DrivePath> dirty)
    {
        var (path, other) = (root.At(edit.Path), root.At(edit.Other));
        // What a link leads to changes in a directory that has another path.
        if (edit.Kind is 4 or 5 or 7 && LeadsThroughLink(root, edit.Path))
            return;
        switch (edit.Kind)
        {
            case 0 or 1 or 2:
                MakeRoom(root, edit.Path, dirty);
                File.WriteAllText(path, edit.Path.EndsWith(".omnyignore", StringComparison.Ordinal) ? Patterns[edit.Choice] : $"{edit.Choice} of {edit.Kind}");
                break;
            case 3:
                MakeRoom(root, edit.Path, dirty);
                Directory.CreateDirectory(path);
                break;
            case 4:
                Remove(path);
                break;
            case 5 when new DirectoryInfo(path) is { Exists: true, LinkTarget: null } && !edit.Other.StartsWith(edit.Path, StringComparison.Ordinal) && !edit.Path.StartsWith(edit.Other, StringComparison.Ordinal):
                MakeRoom(root, edit.Other, dirty);
                if (Directory.Exists(path))
                    Directory.Move(path, other);
                Mark(edit.Other, dirty);
                break;
            // A root whose ignore file cannot be read is not scanned at all.
            case 6 when edit.Path != ".omnyignore":
                MakeRoom(root, edit.Path, dirty);
                File.CreateSymbolicLink(path, edit.Other);
                break;
            case 7 when new FileInfo(path) is { Exists: true, LinkTarget: null }:
                File.SetUnixFileMode(path, (UnixFileMode)(edit.Choice % 2 == 0 ? 0b111_101_101 : 0b110_100_100));
                break;
            case 8 when edit.Path != ".omnyignore" && !IsThere(path):
                MakeRoom(root, edit.Path, dirty);
                OddFiles.Fifo(path);
                break;
        }
        Mark(edit.Path, dirty);
    }

    private static void MakeRoom(ScannedRoot root, string path, HashSet<DrivePath> dirty)
    {
        var at = root.Path;
        var names = path.Split('/');
        for (var i = 0; i < names.Length - 1; i++)
        {
            at = System.IO.Path.Combine(at, names[i]);
            if (Directory.Exists(at) && new DirectoryInfo(at).LinkTarget is null)
                continue;
            Remove(at);
            Directory.CreateDirectory(at);
            Mark(string.Join('/', names[..(i + 1)]), dirty);
        }
        Remove(root.At(path));
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
            Directory.Delete(path, recursive: true);
        else if (Directory.Exists(System.IO.Path.GetDirectoryName(path)))
            File.Delete(path);
    }

    private static bool LeadsThroughLink(ScannedRoot root, string path)
    {
        var names = path.Split('/');
        return Enumerable.Range(1, names.Length - 1).Any(count => new FileInfo(root.At(string.Join('/', names[..count]))).LinkTarget is not null);
    }

    private static bool IsThere(string path) => Directory.Exists(path) || File.Exists(path);

    private static void Mark(string path, HashSet<DrivePath> dirty)
    {
        var parent = path.Contains('/') ? path[..path.LastIndexOf('/')] : "";
        // A directory whose name no tree can hold is never looked into.
        while (!DrivePath.TryParse(parent, out _))
            parent = parent.Contains('/') ? parent[..parent.LastIndexOf('/')] : "";
        dirty.Add(DrivePath.Parse(parent));
    }
}
