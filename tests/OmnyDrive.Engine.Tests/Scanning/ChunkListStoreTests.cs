using System.Buffers.Binary;
using System.Security.Cryptography;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>The lists are a cache: what is wrong with it costs time, never correctness.</summary>
public sealed class ChunkListStoreTests : IDisposable
{
    private const int MiB = LargeFile.MiB;

    private readonly LargeFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_list_comes_back_as_it_was_kept()
    {
        var kept = _file.Hash(LargeFile.Random(3 * MiB)).Chunks!;
        var found = _file.Store.Find(kept.Content)!;
        Assert.Equal(kept.Content, found.Content);
        Assert.Equal(kept.Count, found.Count);
        for (var i = 0; i < kept.Count; i++)
        {
            Assert.Equal((kept.Chunks[i].Length, kept.Chunks[i].Hash, kept.OffsetOf(i)), (found.Chunks[i].Length, found.Chunks[i].Hash, found.OffsetOf(i)));
            var (one, other) = (kept.Chunks[i].Tag, found.Chunks[i].Tag);
            Assert.True(((ReadOnlySpan<byte>)one).SequenceEqual(other));
        }
        Assert.Null(_file.Store.Find(ContentHash.Of("another"u8)));
    }

    [Fact]
    public void Only_its_owner_reads_a_list()
    {
        var path = _file.Store.PathOf(_file.Hash(LargeFile.Random(MiB)).Content);
        Assert.Equal(_file.Scratch.At("chunks", Path.GetFileName(path)[..2], Path.GetFileName(path)), path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        foreach (var directory in new[] { Path.GetDirectoryName(path)!, _file.Scratch.At("chunks") })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
        Assert.Equal([path], Files());
    }

    [Fact]
    public void A_list_with_a_wrong_byte_or_cut_short_is_not_read()
    {
        var content = LargeFile.Random(MiB);
        var hash = _file.Hash(content).Content;
        var path = _file.Store.PathOf(hash);
        var whole = File.ReadAllBytes(path);
        for (var at = 0; at < whole.Length; at += 5)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x40;
            AssertUnread(damaged);
            AssertUnread(whole[..at]);
        }
        AssertUnread([.. whole, 0]);
        AssertUnread([]);
        Assert.Equal(content.Length, _file.HashTruly(content, hash).Fresh);
        // Which made a good one.
        Assert.Equal(0, _file.HashTruly(content, hash).Fresh);

        void AssertUnread(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            Assert.Null(_file.Store.Find(hash));
        }
    }

    [Fact]
    public void A_list_of_another_content_or_version_or_with_lengths_that_no_chunk_has_is_not_read()
    {
        var hash = _file.Hash(LargeFile.Random(2 * MiB)).Content;
        var other = _file.Hash(LargeFile.Random(2 * MiB, 2)).Content;
        File.Copy(_file.Store.PathOf(hash), _file.Store.PathOf(other), overwrite: true);
        Assert.Null(_file.Store.Find(other));
        Assert.NotNull(_file.Store.Find(hash));
        // Version at 8, number of chunks at 12, first length at 48: all under a code that is right.
        foreach (var (at, value) in new[] { (8, 2), (12, 1), (12, -1), (12, int.MaxValue), (48, 0), (48, -1), (48, 16 << 10), (48, (256 << 10) + 1) })
        {
            var bytes = File.ReadAllBytes(_file.Store.PathOf(hash));
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), value);
            File.WriteAllBytes(_file.Store.PathOf(other), [.. bytes[..^32], .. HMACSHA256.HashData(_file.Keys.Lists, bytes.AsSpan(0, bytes.Length - 32))]);
            File.Move(_file.Store.PathOf(other), _file.Store.PathOf(hash), overwrite: true);
            Assert.Null(_file.Store.Find(hash));
            _file.Hash(LargeFile.Random(2 * MiB));
        }
    }

    [Fact]
    public void Lists_not_used_for_longest_go_first_and_all_together_stay_within_bounds()
    {
        var capacity = 6L * ListSize();
        var store = new ChunkListStore(_file.Scratch.At("bounded"), _file.Keys, _file.Time, capacity);
        var contents = Enumerable.Range(0, 9).Select(i => LargeFile.Random(2 * MiB, i)).ToArray();
        for (var i = 0; i < contents.Length; i++)
        {
            _file.Time.Advance(TimeSpan.FromMinutes(1));
            _file.Hash(contents[i], store: store);
            // The first is used each time.
            _file.Time.Advance(TimeSpan.FromMinutes(1));
            _file.Hash(contents[0], ContentHash.Of(contents[0]), store);
            Assert.InRange(Files("bounded").Sum(path => new FileInfo(path).Length), 1, capacity);
        }
        Assert.Equal([true, false, false, false], contents[..4].Select(content => store.Find(ContentHash.Of(content)) is not null));
        Assert.NotNull(store.Find(ContentHash.Of(contents[^1])));
    }

    [Fact]
    public void A_list_that_was_replaced_goes_before_all_others()
    {
        var store = new ChunkListStore(_file.Scratch.At("bounded"), _file.Keys, _file.Time, ListSize() * 7 / 2);
        var old = _file.Hash(LargeFile.Random(2 * MiB, 0), store: store).Content;
        _file.Time.Advance(TimeSpan.FromMinutes(1));
        var replaced = _file.Hash(LargeFile.Random(2 * MiB, 1), store: store).Content;
        _file.Time.Advance(TimeSpan.FromMinutes(1));
        _file.Hash(LargeFile.Random(2 * MiB, 2), replaced, store);
        Assert.NotNull(store.Find(replaced));
        _file.Hash(LargeFile.Random(2 * MiB, 3), store: store);
        Assert.NotNull(store.Find(old));
        Assert.Null(store.Find(replaced));
    }

    [Fact]
    public void A_list_that_cannot_be_kept_is_not_worth_failing_for()
    {
        File.WriteAllText(_file.Scratch.At("in the way"), "no directory");
        var store = new ChunkListStore(_file.Scratch.At("in the way"), _file.Keys, _file.Time);
        var content = LargeFile.Random(MiB);
        var hash = _file.HashTruly(content, store: store).Content;
        Assert.Equal(content.Length, _file.HashTruly(content, hash, store).Fresh);
    }

    [Fact]
    public void A_content_of_more_chunks_than_a_list_may_have_is_hashed_and_not_remembered()
    {
        using var chunks = new ChunkSequence(remembers: true);
        for (var i = 0; i <= ChunkList.MaxCount; i++)
        {
            Assert.Equal(i <= ChunkList.MaxCount, chunks.Remembers);
            chunks.AddFresh(new ChunkRecord(20_000, Hash256.Of("x"u8), default));
        }
        Assert.False(chunks.Remembers);
        Assert.Null(chunks.Finish().Chunks);
    }

    [Fact]
    public void The_key_is_drawn_once_and_must_be_whole()
    {
        var state = _file.Scratch.Directory("state");
        var keys = ChunkKeys.ReadOrCreate(state);
        Assert.Equal(keys.Tags, ChunkKeys.ReadOrCreate(state).Tags);
        Assert.Equal(keys.Lists, ChunkKeys.ReadOrCreate(state).Lists);
        Assert.NotEqual(keys.Tags, keys.Lists);
        Assert.NotEqual(keys.Tags, ChunkKeys.ReadOrCreate(_file.Scratch.Directory("other state")).Tags);
        File.WriteAllText(Path.Combine(state, ChunkKeys.FileName), "not a key");
        Assert.Equal(ErrorCode.Io, Assert.Throws<DriveException>(() => ChunkKeys.ReadOrCreate(state)).Code);
    }

    [Fact]
    public void Equal_chunks_have_tags_that_tell_nothing()
    {
        using var tagger = new ChunkTagger(_file.Keys);
        var (one, other) = (tagger.Make(new byte[1000]), tagger.Make(new byte[1000]));
        Assert.False(((ReadOnlySpan<byte>)one).SequenceEqual(other));
        Assert.True(tagger.Matches(one, new byte[1000]));
        Assert.False(tagger.Matches(one, new byte[999]));
        var almost = new byte[1000];
        almost[500] = 1;
        Assert.False(tagger.Matches(one, almost));
    }

    private long ListSize() => new FileInfo(_file.Store.PathOf(_file.Hash(LargeFile.Random(2 * MiB)).Content)).Length;

    private string[] Files(string directory = "chunks") => Directory.GetFiles(_file.Scratch.At(directory), "*", SearchOption.AllDirectories);
}
