using OmnyDrive.Chunking;
using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Transfer;

/// <summary>One large content that is put together in an area of a scratch root, again and again.</summary>
internal sealed class AssembledContent : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    internal AssembledContent(byte[] bytes, IReadOnlyList<ChunkRef>? list = null)
    {
        Bytes = bytes;
        List = list ?? ListOf(bytes);
        using var hash = new ChunkSequenceHash();
        foreach (var chunk in List)
            hash.Append(chunk.Length, chunk.Hash);
        Need = new ContentNeed(hash.Finish(), bytes.Length);
        Root = RootDirectory.OpenAt(_scratch.Directory("root"));
        Lists = new ChunkListStore(_scratch.At("chunks"), new ChunkKeys(new byte[32]), TimeProvider.System);
        Area = NewArea();
    }

    internal byte[] Bytes { get; }

    internal IReadOnlyList<ChunkRef> List { get; }

    internal ContentNeed Need { get; }

    internal RootDirectory Root { get; }

    internal ChunkListStore Lists { get; }

    internal StagingArea Area { get; private set; }

    /// <summary>The content once it is staged.</summary>
    internal string Whole => Path.Combine(Area.Directory.Path, StagingArea.NameOf(Need.Hash));

    /// <summary>What there is of it before.</summary>
    internal string Part => Whole + ".part";

    internal static IReadOnlyList<ChunkRef> ListOf(byte[] bytes) => [.. LargeFile.ChunksOf(bytes).Select(chunk => new ChunkRef(chunk.Length, chunk.Hash))];

    internal ContentAssembly Open(bool remembers = true) => ContentAssembly.Open(Area, Need, List, remembers ? Lists : null, CancellationToken.None);

    /// <summary>The transfer is cut, and the next begins.</summary>
    internal void BeginAnew()
    {
        Area.Dispose();
        Area = NewArea();
    }

    /// <summary>The list of a file in the root, which is remembered from now on.</summary>
    internal ChunkList Learn(string file)
    {
        using var open = Root.Top.OpenRead(Path.GetFileName(file));
        return new LargeFileHasher(Lists).ListOf(Root.Top, open, ContentHash.Of(File.ReadAllBytes(file)), CancellationToken.None)!;
    }

    /// <summary>The file "here" in the root, as one that is thought to hold a list; the caller disposes it.</summary>
    internal ChunkSource Source(ChunkList list)
    {
        var directory = RootDirectory.OpenAt(Root.Top.Path).Top;
        return new ChunkSource(directory, directory.OpenRead("here"), list);
    }

    internal int OffsetOf(int chunk) => List.Take(chunk).Sum(one => one.Length);

    /// <summary>Sends chunks as one range.</summary>
    internal Task<string?> SendAsync(ContentAssembly assembly, int first, int count, byte[]? from = null, int piece = 10_000)
    {
        var (begin, end) = (OffsetOf(first), OffsetOf(first + count));
        return ReceiveAsync(assembly, new MemoryContent(0, (from ?? Bytes).AsMemory(begin, end - begin), piece), begin);
    }

    internal static async Task<string?> ReceiveAsync(ContentAssembly assembly, ContentStream content, long offset)
    {
        using var buffer = new StagingBuffer();
        return await assembly.ReceiveAsync(content, offset, buffer, null, CancellationToken.None);
    }

    internal void AssertStaged(ContentAssembly assembly)
    {
        Assert.True(assembly.IsComplete && Area.Has(Need.Hash));
        AssertWhole();
        Assert.False(File.Exists(Part));
    }

    internal void AssertWhole() => Assert.True(Bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Whole)));

    public void Dispose()
    {
        Area.Dispose();
        Root.Dispose();
        _scratch.Dispose();
    }

    private StagingArea NewArea() => StagingArea.Create(Root, "area", TimeProvider.System);
}
