namespace OmnyDrive.Server.Tests.Content.Corruption;

/// <summary>
/// A tree whose every version is known by its number alone. From one to the next a few small files change, come and go, a small and a growing edit
/// goes into two large files, and now and then a large file comes new.
/// </summary>
internal static class VersionedTree
{
    private const int SmallFiles = 8;
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly byte[] Large = Bytes(-1, 1_100_000), Larger = Bytes(-2, 1_700_000);

    /// <summary>Brings a directory to a version, writing only what differs.</summary>
    internal static void Write(string root, int version)
    {
        for (var i = 0; i < SmallFiles; i++)
        {
            // Changes every third time, the files in turns.
            var seed = (version - ((version + i) % 3)) * SmallFiles + i;
            Put(root, i % 2 == 0 ? $"d{i % 3}/f{i}" : $"d{i % 3}/deep/f{i}", Bytes(seed, new Random(seed).Next(3000)));
        }
        Put(root, "sometimes", version % 2 == 0 ? Bytes(version, 100) : null);
        Put(root, "large", Edited(Large, version, replaced: 100));
        Put(root, "larger", Edited(Larger, version / 2, replaced: 0));
        Put(root, "new", version % 5 == 0 ? Bytes(version, 1_050_000) : null);
        Put(root, "zero", []);
        File.SetUnixFileMode(Path.Combine(root, "zero"), version % 2 == 0 ? Plain : Plain | UnixFileMode.UserExecute);
        var (come, gone) = version % 2 == 0 ? ("even", "odd") : ("odd", "even");
        Directory.CreateDirectory(Path.Combine(root, come));
        if (Directory.Exists(Path.Combine(root, gone)))
            Directory.Delete(Path.Combine(root, gone));
        var link = Path.Combine(root, "link");
        if (new FileInfo(link).LinkTarget is not null)
            File.Delete(link);
        File.CreateSymbolicLink(link, $"d{version % 3}");
    }

    private static void Put(string root, string name, byte[]? content)
    {
        var path = Path.Combine(root, name);
        if (content is null)
            File.Delete(path);
        else if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }

    private static byte[] Edited(byte[] content, int version, int replaced)
    {
        var at = new Random(version).Next(content.Length - replaced);
        return [.. content.AsSpan(0, at), .. Bytes(version, 100), .. content.AsSpan(at + replaced)];
    }

    private static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
