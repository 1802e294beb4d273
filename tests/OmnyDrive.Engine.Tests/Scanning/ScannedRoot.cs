using System.Globalization;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>A directory that is scanned, with a cache on disk.</summary>
internal sealed class ScannedRoot(ScratchDirectory scratch) : IDisposable
{
    internal ScannedRoot()
        : this(new ScratchDirectory())
    {
    }

    internal ScratchDirectory Scratch { get; } = scratch;

    internal string Path => Scratch.Directory("root");

    internal string Cache => Scratch.At("cache", "index");

    /// <summary>What a scanner in a new process sees: with the cache on disk and nothing in memory.</summary>
    internal ScanResult Scan() => Scan(new RootScanner(TimeProvider.System, Cache));

    internal ScanResult Scan(RootScanner scanner)
    {
        using var root = RootDirectory.OpenAt(Path);
        return scanner.Scan(root, CancellationToken.None);
    }

    internal string At(string path) => System.IO.Path.Combine(Path, path);

    internal void Write(string path, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), content);
    }

    /// <summary>Waits until the files' times lie so far back that a scan may trust them.</summary>
    internal static async Task SettleAsync()
    {
        var last = DateTime.UtcNow;
        while (DateTime.UtcNow - last < TimeSpan.FromMilliseconds(ScanIndex.SettlingNanoseconds / 1_000_000 + 5))
            await Task.Delay(5);
    }

    internal static IEnumerable<string> Print(ScanResult scan, DrivePath at = default)
    {
        foreach (var (name, entry) in scan.Snapshot.Trees.Read(at, at.IsRoot ? scan.Snapshot.Root : scan.Snapshot.Find(at)!.TreeHash).Entries)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{at.Append(name)} {entry}");
            if (!entry.IsDirectory)
                continue;
            foreach (var line in Print(scan, at.Append(name)))
                yield return line;
        }
    }

    public void Dispose() => Scratch.Dispose();
}
