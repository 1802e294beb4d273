using OmnyDrive.Chunking;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>A file on disk that is hashed again and again by one endpoint.</summary>
internal sealed class LargeFile : IDisposable
{
    internal const int MiB = 1 << 20;

    private readonly RootDirectory _root;

    internal LargeFile()
    {
        _root = RootDirectory.OpenAt(Scratch.Directory("files"));
        Store = new ChunkListStore(Scratch.At("chunks"), Keys, Time);
    }

    internal ScratchDirectory Scratch { get; } = new();

    internal ManualTime Time { get; } = new();

    internal ChunkKeys Keys { get; } = new(new byte[32]);

    internal ChunkListStore Store { get; }

    internal IDirectoryHandle Directory => _root.Top;

    internal string Path => Scratch.At("files", "file");

    /// <summary>Random bytes; the same for the same seed.</summary>
    internal static byte[] Random(int length, int seed = 1)
    {
        var bytes = new byte[length];
#pragma warning disable CA5394 // Test data, no secret.
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }

    internal static List<Chunk> ChunksOf(byte[] content)
    {
        var chunks = new List<Chunk>();
        using var hasher = new ContentHasher(chunks.Add);
        hasher.Append(content);
        hasher.Finish();
        return chunks;
    }

    /// <summary>Writes the file and hashes it with the lists in the store, which remembers the new one.</summary>
    internal HashedContent Hash(byte[] content, ContentHash? before = null, ChunkListStore? store = null)
    {
        File.WriteAllBytes(Path, content);
        var hasher = new LargeFileHasher(store ?? Store);
        using var file = Directory.OpenRead("file");
        var hashed = hasher.Hash(Directory, file, before, CancellationToken.None);
        hasher.Remember(hashed, before);
        return hashed;
    }

    /// <summary>The same, and that nothing is left to wish for: hash, length and list are those of a full hash.</summary>
    internal HashedContent HashTruly(byte[] content, ContentHash? before = null, ChunkListStore? store = null)
    {
        var hashed = Hash(content, before, store);
        Assert.Equal(ContentHash.Of(content), hashed.Content);
        Assert.Equal(content.Length, hashed.Length);
        Assert.Equal(ChunksOf(content).Select(chunk => (chunk.Length, chunk.Hash)), hashed.Chunks!.Chunks.ToArray().Select(chunk => (chunk.Length, chunk.Hash)));
        return hashed;
    }

    public void Dispose()
    {
        _root.Dispose();
        Scratch.Dispose();
    }
}
