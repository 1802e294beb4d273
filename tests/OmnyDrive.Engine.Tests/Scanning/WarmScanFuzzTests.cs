using System.Globalization;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>Whatever is done to a tree and to its rules between two scans, a scan with an index sees what one without sees.</summary>
public sealed class WarmScanFuzzTests : IDisposable
{
    private static readonly string[] Names = ["a", "b", "c.tmp", "d", "e.c", ".omnyignore", ".gitignore", "go", ".git", "oh\\no"];

    private static readonly string[] Patterns = ["*.tmp", "a", "/b", "d/", "*", "!*/", "!*.c", "!a", "**/e.c", "a/*", "!a/b", ".omnyignore", "b/"];

    // In memory no inode number is given twice; on a disk the next directory often has that of the last one that was removed.
    private readonly ScratchDirectory _memory = ScratchDirectory.InMemory(), _disk = new();

    public void Dispose()
    {
        _memory.Dispose();
        _disk.Dispose();
    }

    [Fact]
    public async Task A_scan_with_an_index_sees_what_one_without_sees()
    {
        var first = Environment.TickCount;
        for (var seed = first; seed < first + Iterations.Of(10); seed++)
            await RunAsync(seed, seed % 2 == 0 ? _memory : _disk);
    }

    private static async Task RunAsync(int seed, ScratchDirectory scratch)
    {
        var random = new Random(seed);
        var root = scratch.Directory($"root-{seed}");
        var cache = scratch.At($"index-{seed}");
        var scanner = new RootScanner(TimeProvider.System, cache);
        var log = new List<string>();
        for (var round = 0; round < 12; round++)
        {
            for (var n = random.Next(1, 8); n > 0; n--)
                Edit(root, random, log);
            if (random.Next(2) == 0)
                await Task.Delay(31);
            if (random.Next(4) == 0)
                scanner = new RootScanner(TimeProvider.System, cache);
            if (random.Next(3) == 0)
                scanner.Options = Options(random, log);
            Compare(root, scanner, $"seed {seed}: {string.Join("; ", log)}");
            log.Add("scan");
        }
        Directory.Delete(root, recursive: true);
    }

    private static void Compare(string path, RootScanner warm, string log)
    {
        ScanResult? one = null, other = null;
        string? oneFailure = null, otherFailure = null;
        using var root = RootDirectory.OpenAt(path);
        try
        {
            one = warm.Scan(root, CancellationToken.None);
        }
        catch (FileOperationException e)
        {
            oneFailure = e.Message;
        }
        try
        {
            other = new RootScanner(TimeProvider.System, null, warm.Options).Scan(root, CancellationToken.None);
        }
        catch (FileOperationException e)
        {
            otherFailure = e.Message;
        }
        Assert.True(oneFailure == otherFailure, $"{oneFailure} {otherFailure} {log}");
        if (one is null || other is null)
            return;
        Assert.True(one.Snapshot.Root == other.Snapshot.Root, string.Join(", ", TreeDiff.Compare(other.Snapshot, one.Snapshot)) + " " + log);
        Assert.True(one.Problems.SequenceEqual(other.Problems), $"{string.Join(", ", one.Problems)} / {string.Join(", ", other.Problems)} {log}");
        Assert.True((one.Files, one.Bytes) == (other.Files, other.Bytes), log);
        foreach (var file in FilesOf(other, DrivePath.Root, other.Snapshot.Root))
            Assert.True(one.Index.TryGet(file, out var known) && other.Index.TryGet(file, out var seen) && (known.Fingerprint, known.Content) == (seen.Fingerprint, seen.Content), $"{file} {log}");
    }

    private static IEnumerable<DrivePath> FilesOf(ScanResult scan, DrivePath at, Hash256 tree)
    {
        foreach (var (name, entry) in scan.Snapshot.Trees.Read(at, tree).Entries)
        {
            if (entry.IsFile)
                yield return at.Append(name);
            foreach (var below in entry.IsDirectory ? FilesOf(scan, at.Append(name), entry.TreeHash) : [])
                yield return below;
        }
    }

    private static FilterOptions Options(Random random, List<string> log)
    {
        log.Add("options");
        return random.Next(5) switch
        {
            0 => FilterOptions.Default with { Gitignore = true },
            1 => new FilterOptions(["*.c"], [], ".omnyignore", false),
            2 => new FilterOptions(["d/", "a"], ["*.tmp", "!b"], ".omnyignore", true),
            3 => FilterOptions.Default with { IgnoreFile = "a" },
            _ => FilterOptions.Default,
        };
    }

    internal static void Edit(string root, Random random, List<string> log, bool unique = false)
    {
        var at = root;
        for (var depth = random.Next(3); depth > 0; depth--)
        {
            var below = Directory.GetDirectories(at).Where(path => new FileInfo(path).LinkTarget is null).ToArray();
            if (below.Length > 0)
                at = below[random.Next(below.Length)];
        }
        var path = Path.Combine(at, Names[random.Next(Names.Length)]);
        var kind = random.Next(12);
        log.Add($"{kind} {Path.GetRelativePath(root, path)}");
        if (kind is 0 or 1 or 2)
            Write(path, path.EndsWith("ignore", StringComparison.Ordinal) || random.Next(9) == 0 ? string.Join('\n', random.GetItems(Patterns, random.Next(4))) : random.Next(unique ? int.MaxValue : 3).ToString(CultureInfo.InvariantCulture));
        else if (kind is 3 or 4)
            Make(path);
        else if (kind == 5)
            Remove(path);
        else if (kind == 6)
            Move(path, Path.Combine(at, Names[random.Next(Names.Length)]), root);
        else if (kind == 7)
            Move(path, Path.Combine(root, Names[random.Next(Names.Length)]), root);
        else if (kind == 9)
            Swap(path, Path.Combine(root, Names[random.Next(Names.Length)]));
        else if (kind == 10)
            Move(path, Path.Combine(root, Names[random.Next(Names.Length)], Names[random.Next(Names.Length)]), root);
        else if (kind == 11)
            MakeAgain(path);
        else
        {
            Remove(path);
            File.CreateSymbolicLink(path, random.Next(2) == 0 ? "a" : "b");
        }
    }

    private static void Write(string path, string content)
    {
        if (Directory.Exists(path) && File.ResolveLinkTarget(path, false) is null)
            return;
        if (File.Exists(path) && File.ResolveLinkTarget(path, false) is not null)
            File.Delete(path);
        if (!Directory.Exists(path))
            File.WriteAllText(path, content);
    }

    private static void Make(string path)
    {
        if (!Path.Exists(path) && new FileInfo(path).LinkTarget is null)
            Directory.CreateDirectory(path);
    }

    private static void Remove(string path)
    {
        if (new FileInfo(path).LinkTarget is not null || File.Exists(path))
            File.Delete(path);
        else if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    private static void Move(string from, string to, string root)
    {
        if (from == to || to.StartsWith(from + "/", StringComparison.Ordinal) || from.StartsWith(to + "/", StringComparison.Ordinal) || to == root || new FileInfo(from).LinkTarget is not null)
            return;
        if ((!File.Exists(from) && !Directory.Exists(from)) || !Directory.Exists(Path.GetDirectoryName(to)) || IsBelowLink(to, root))
            return;
        Remove(to);
        if (!Path.Exists(from))
            return;
        if (Directory.Exists(from))
            Directory.Move(from, to);
        else
            File.Move(from, to);
    }

    private static bool IsBelowLink(string path, string root)
    {
        for (var at = Path.GetDirectoryName(path)!; at.Length > root.Length; at = Path.GetDirectoryName(at)!)
        {
            if (new FileInfo(at).LinkTarget is not null)
                return true;
        }
        return false;
    }

    private static void Swap(string one, string other)
    {
        if (one == other || !Directory.Exists(one) || !Directory.Exists(other) || one.StartsWith(other + "/", StringComparison.Ordinal) || other.StartsWith(one + "/", StringComparison.Ordinal)
            || new FileInfo(one).LinkTarget is not null || new FileInfo(other).LinkTarget is not null)
            return;
        Directory.Move(one, $"{other}.swap");
        Directory.Move(other, one);
        Directory.Move($"{other}.swap", other);
    }

    // The same names anew, often with the same inode numbers.
    private static void MakeAgain(string path)
    {
        if (!Directory.Exists(path) || new FileInfo(path).LinkTarget is not null)
            return;
        var files = Directory.GetFiles(path).Where(file => new FileInfo(file).LinkTarget is null).Select(file => (Path: file, Content: File.ReadAllText(file))).ToList();
        Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        foreach (var file in files)
            File.WriteAllText(file.Path, file.Content.Length == 1 ? "other"[..1] : file.Content);
    }
}
