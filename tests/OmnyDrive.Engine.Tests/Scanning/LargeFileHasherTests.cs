using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>Many threads hash one file, and many files are hashed at once.</summary>
public sealed class LargeFileHasherTests : IDisposable
{
    private const int MiB = LargeFile.MiB;
    private const long Endless = 1L << 37;

    private readonly LargeFile _file = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(MiB)]
    [InlineData(MiB + 1)]
    [InlineData(2 * MiB)]
    [InlineData(5 * MiB - 1)]
    [InlineData(40 * MiB + 12345)]
    public void It_is_the_hash_that_one_thread_finds(int length)
    {
        var content = LargeFile.Random(length);
        File.WriteAllBytes(_file.Path, content);
        using var hasher = new FileHasher();
        Assert.Equal(ContentHash.Of(content), hasher.Hash(_file.Directory, "file", CancellationToken.None)!.Value.Content);
        _file.HashTruly(content);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(MiB - 1)]
    [InlineData(MiB)]
    public void Small_or_large_follows_from_the_size(int length)
    {
        var content = LargeFile.Random(length);
        File.WriteAllBytes(_file.Path, content);
        using var hasher = new FileHasher(new LargeFileHasher(_file.Store));
        Assert.Equal(ContentHash.Of(content), hasher.Hash(_file.Directory, "file", CancellationToken.None)!.Value.Content);
        Assert.Equal(length == MiB, _file.Store.Find(ContentHash.Of(content)) is not null);
    }

    [Fact]
    public void A_file_that_grows_over_the_limit_and_shrinks_below_it_is_hashed_as_what_it_is()
    {
        using var hasher = new FileHasher(new LargeFileHasher(_file.Store));
        ContentHash? before = null;
        foreach (var length in new[] { MiB - 1, MiB, 3 * MiB, MiB - 1, 10, 2 * MiB })
        {
            var content = LargeFile.Random(length);
            File.WriteAllBytes(_file.Path, content);
            var (hash, stat) = hasher.Hash(_file.Directory, "file", before, CancellationToken.None)!.Value;
            Assert.Equal(ContentHash.Of(content), hash);
            Assert.Equal(length, stat.Size);
            before = hash;
        }
    }

    [Fact]
    public void What_is_no_file_has_no_hash()
    {
        _file.Scratch.Directory("files", "directory");
        using var hasher = new FileHasher();
        Assert.Null(hasher.Hash(_file.Directory, "directory", CancellationToken.None));
        Assert.Equal(FileError.NotFound, Assert.Throws<FileOperationException>(() => hasher.Hash(_file.Directory, "missing", CancellationToken.None)).Error);
    }

    [Fact]
    public async Task Nobody_waits_for_a_thread_that_never_comes()
    {
        // More files than places and more threads than the pool has at first; every second is hashed a second time with its list.
        var contents = Enumerable.Range(0, 24).Select(i => LargeFile.Random(2 * MiB + i, i)).ToArray();
        for (var i = 0; i < contents.Length; i++)
            await File.WriteAllBytesAsync(_file.Scratch.At("files", $"{i}"), contents[i]);
        var large = new LargeFileHasher(_file.Store);
        var hashes = await Task.WhenAll(contents.Select((_, i) => Task.Run(() =>
        {
            using var hasher = new FileHasher(large);
            var first = hasher.Hash(_file.Directory, $"{i}", CancellationToken.None)!.Value.Content;
            return i % 2 == 0 ? first : hasher.Hash(_file.Directory, $"{i}", first, CancellationToken.None)!.Value.Content;
        })));
        Assert.Equal(contents.Select(content => ContentHash.Of(content)), hashes);
    }

    [Fact]
    public void One_thread_alone_comes_to_the_end()
    {
        var content = LargeFile.Random(9 * MiB);
        File.WriteAllBytes(_file.Path, content);
        using var file = _file.Directory.OpenRead("file");
        using var walk = new LargeFileWalk(new FileSource(_file.Directory, file), new HashingCrew(places: 1, helpers: 0), keys: null, known: null, remembers: false);
        var hashed = walk.Run(CancellationToken.None);
        Assert.Equal(ContentHash.Of(content), hashed.Content);
        Assert.Null(hashed.Chunks);
    }

    [Fact]
    public void Hashing_ends_when_it_is_cancelled_and_its_place_is_free_again()
    {
        using (var sparse = File.Create(_file.Path))
            sparse.SetLength(Endless);
        using var hasher = new FileHasher();
        for (var i = 0; i < Environment.ProcessorCount + 2; i++)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(5 * i));
            Assert.ThrowsAny<OperationCanceledException>(() => hasher.Hash(_file.Directory, "file", cancellation.Token));
        }
        _file.HashTruly(LargeFile.Random(MiB));
    }

    [Fact]
    public async Task Waiting_for_a_place_ends_when_it_is_cancelled()
    {
        var crew = new HashingCrew(places: 1, helpers: 0);
        crew.Enter(CancellationToken.None);
        using var cancellation = new CancellationTokenSource();
        var waiting = Task.Run(() => crew.Enter(cancellation.Token));
        var patient = Task.Run(() => crew.Enter(CancellationToken.None));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(patient.IsCompleted);
        crew.Leave();
        await patient;
    }

    [Fact]
    public void A_file_that_cannot_be_read_fails_as_a_file_operation_and_its_place_is_free_again()
    {
        using var self = RootDirectory.OpenAt("/proc/self");
        using var unreadable = self.Top.OpenRead("mem");
        for (var i = 0; i < Environment.ProcessorCount + 2; i++)
            Assert.Equal(FileError.Io, Assert.Throws<FileOperationException>(() => LargeFileHasher.WithoutMemory.Hash(self.Top, unreadable, null, CancellationToken.None)).Error);
        _file.HashTruly(LargeFile.Random(MiB));
    }

    [Fact]
    public async Task After_a_storm_of_writes_the_hash_is_that_of_what_is_there()
    {
        // Whole versions are written in place, one over the other; lists of what was seen meanwhile must not lead astray.
        var versions = Enumerable.Range(0, 4).Select(i => LargeFile.Random(4 * MiB, i)).ToArray();
        var hashes = versions.Select(version => ContentHash.Of(version)).ToHashSet();
        await File.WriteAllBytesAsync(_file.Path, versions[0]);
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            using var file = File.OpenHandle(_file.Path, FileMode.Open, FileAccess.Write);
            for (var i = 0; !stop.IsCancellationRequested; i++)
                RandomAccess.Write(file, versions[i % versions.Length], 0);
        });
        using var hasher = new FileHasher(new LargeFileHasher(_file.Store));
        ContentHash? before = null;
        for (var i = 0; i < 30; i++)
            before = hasher.Hash(_file.Directory, "file", before, CancellationToken.None)?.Content ?? before;
        await stop.CancelAsync();
        await writer;
        var final = hasher.Hash(_file.Directory, "file", before, CancellationToken.None)!.Value.Content;
        Assert.Equal(ContentHash.Of(await File.ReadAllBytesAsync(_file.Path)), final);
        Assert.Contains(final, hashes);
    }
}
