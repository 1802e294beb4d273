using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using OmnyDrive.Chunking;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Chunking;

/// <summary>Chunking is frozen: a vector that changes here changes the hash of every large file there is.</summary>
public class ChunkingTests
{
    private const int MiB = TestData.MiB;

    private static readonly int[] First15 =
        [67155, 86773, 69371, 30702, 68633, 20663, 68815, 46972, 55108, 72349, 95643, 107050, 16934, 70649, 69441];

    private static readonly int[] Next43 =
    [
        110178, 34088, 67493, 133912, 68856, 121585, 52785, 67571, 69471, 76814, 73914, 67805, 94675, 90069, 87994, 60329, 16426, 82009, 69218, 70752, 84051, 70112,
        76036, 71702, 23762, 70575, 78200, 124011, 71349, 31980, 79079, 87587, 87211, 67371, 88068, 108553, 129212, 67837, 67598, 85712, 66773, 45639, 49684,
    ];

    private static readonly Dictionary<string, (byte[] File, int[] Lengths, string Hash)> Known = new()
    {
        ["1 MiB"] = (TestData.First(MiB).ToArray(), [.. First15, 102318], "cdc:ee64c7dee5641090304a0d2189d47ae3596dc467550b3299960388180adb67e8"),
        ["1 MiB + 1"] = (TestData.First(MiB + 1).ToArray(), [.. First15, 102319], "cdc:c65e5800464d51e6ef4b30d36dea9a47b27b06d82215b3158d71258c8a18f081"),
        ["4 MiB"] = (TestData.First(4 * MiB).ToArray(), [.. First15, .. Next43], "cdc:0903bb137b6f7b56cecb4f45f5541e4588fd111231bd7b59a2f0a5fc7bc2f788"),
        ["1 MiB of zeros"] = (new byte[MiB], [262144, 262144, 262144, 262144], "cdc:bcfa3103ae669b99038dd6dc56f189fdeacf329b5b4d7ede3f448ffdcca2682f"),
        ["1 MiB + 1 of zeros"] = (new byte[MiB + 1], [262144, 262144, 262144, 262144, 1], "cdc:146be1903bb5de9406dea3e4ba3562db1163aada1913ebbab5dbe7e323d18620"),
    };

    public static TheoryData<string> Names { get; } = [.. Known.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_large_file_is_cut_and_hashed_as_frozen(string name)
    {
        var (file, lengths, hash) = Known[name];
        var (found, chunks) = Hash(file, file.Length);
        Assert.Equal(lengths, chunks.Select(chunk => chunk.Length));
        Assert.Equal(hash, found.ToText(file.Length));
        Assert.Equal(found, ContentHash.Of(file));
        Assert.Equal(NaiveChunker.Hash(file), found.Value.ToString());
        Assert.Equal(NaiveChunker.Chunks(file).Select(chunk => chunk.Length), chunks.Select(chunk => chunk.Length));
    }

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "ca41841c5c98e34f4a3ae83d9220940395301a9616f69d6672b04ea322f28eb0")]
    [InlineData(16384, "a5783d486c99a9242ac0fac43032a9afa0b8fdd6efd0bc7f42d05414d6228fd9")]
    [InlineData(MiB - 1, "9649b892ab415a2efba27809e67b13002be6d8616f2bbc32b8335b7c894c26a2")]
    public void A_small_file_has_the_plain_sha256_and_no_chunks(int length, string hash)
    {
        var file = TestData.First(length).ToArray();
        var (found, chunks) = Hash(file, Math.Max(1, length));
        Assert.Equal("sha256:" + hash, found.ToText(length));
        Assert.Equal(SHA256.HashData(file), found.Value.ToArray());
        Assert.Empty(chunks);
    }

    [Fact]
    public void Chunks_follow_each_other_and_each_has_the_hash_of_its_bytes()
    {
        var file = TestData.First(4 * MiB).ToArray();
        var at = 0L;
        foreach (var chunk in Hash(file, 1000).Chunks)
        {
            Assert.Equal(at, chunk.Offset);
            Assert.Equal(SHA256.HashData(file.AsSpan((int)chunk.Offset, chunk.Length)), chunk.Hash.ToArray());
            at += chunk.Length;
        }
        Assert.Equal(file.Length, at);
    }

    [Fact]
    public void The_pieces_in_which_content_arrives_make_no_difference() =>
        Gen.Select(Gen.Int[0, 2 * MiB + 5], Gen.Int[1, 600_000].Array[1, 5]).Sample((length, pieces) =>
        {
            var file = TestData.First(length);
            using var hasher = new ContentHasher();
            for (int at = 0, i = 0; at < length; i++)
            {
                var piece = file.Slice(at, Math.Min(pieces[i % pieces.Length], length - at));
                hasher.Append(piece);
                at += piece.Length;
                Assert.Equal(at, hasher.Length);
            }
            Assert.Equal(NaiveHash(length), hasher.Finish().Value.ToString());
        }, iter: Iterations.Of(60));

    [Theory]
    [InlineData(MiB - 1)]
    [InlineData(MiB)]
    [InlineData(MiB + 1)]
    [InlineData(MiB + 300_000)]
    public void One_byte_at_a_time_gives_the_same(int length)
    {
        using var hasher = new ContentHasher();
        foreach (var value in TestData.First(length))
            hasher.Append([value]);
        Assert.Equal(NaiveHash(length), hasher.Finish().Value.ToString());
    }

    [Fact]
    public void A_hasher_that_is_reset_begins_anew()
    {
        using var hasher = new ContentHasher();
        hasher.Append(TestData.First(2 * MiB));
        hasher.Reset();
        Assert.Equal(0, hasher.Length);
        hasher.Append("abc"u8);
        Assert.Equal(Hash256.Of("abc"u8), hasher.Finish().Value);
        hasher.Reset();
        hasher.Append(TestData.First(MiB + 1));
        Assert.Equal(ContentHash.Of(TestData.First(MiB + 1)), hasher.Finish());
        hasher.Reset();
        Assert.Equal(Hash256.Of([]), hasher.Finish().Value);
    }

    [Fact]
    public void A_hasher_that_is_disposed_takes_and_gives_nothing()
    {
        var hasher = new ContentHasher();
        hasher.Dispose();
        hasher.Dispose();
        Assert.Throws<ObjectDisposedException>(() => hasher.Append("abc"u8));
        Assert.Throws<ObjectDisposedException>(() => hasher.Finish());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(2 * MiB)]
    [InlineData(4 * MiB)]
    public void One_byte_put_in_changes_the_chunk_it_falls_into_and_at_most_a_few_behind(int at)
    {
        var file = TestData.First(4 * MiB);
        byte[] longer = [.. file[..at], (byte)'!', .. file[at..]];
        var before = Hash(file, file.Length).Chunks.Select(chunk => chunk.Hash).ToHashSet();
        Assert.InRange(Hash(longer, longer.Length).Chunks.Count(chunk => !before.Contains(chunk.Hash)), 1, 3);
    }

    // Lengths around the limits, of bytes in which cuts are frequent, rare or missing, at any place in the array.
    [Fact]
    public void Cuts_are_those_of_the_plain_loop() =>
        Gen.Select(Gen.Int[0, 300_000], Gen.Int[0, 7], Gen.Int[0, 3 * MiB], Gen.Int[0, 2]).Sample((length, shift, at, bits) =>
        {
            var file = TestData.First(4 * MiB).Slice(at + shift, length).ToArray();
            for (var i = 0; bits < 2 && i < file.Length; i++)
                file[i] &= (byte)bits;
            Assert.Equal(length == 0 ? 0 : NaiveChunker.Length(file, 0), FastCdc.NextLength(file));
        }, iter: Iterations.Of(300));

    [Fact]
    public void A_cut_is_found_at_every_place_near_the_limits()
    {
        // A chunk that ends at a known place is brought, by filling in or taking away in front, to end at each place around its limits.
        foreach (var limit in new[] { FastCdc.MinSize + 80, FastCdc.NormalSize, FastCdc.MaxSize })
        {
            var cut = Ending(limit);
            for (var shift = -70; shift <= 70; shift++)
            {
                byte[] file = shift < 0 ? cut[-shift..] : [.. new byte[shift], .. cut];
                Assert.Equal(NaiveChunker.Length(file, 0), FastCdc.NextLength(file));
            }
        }
    }

    [Fact]
    public void A_cut_depends_on_nothing_behind_the_longest_chunk() => Gen.Int[0, 2 * MiB].Sample(at =>
        Assert.Equal(
            FastCdc.NextLength(TestData.First(4 * MiB).Slice(at, FastCdc.MaxSize)),
            FastCdc.NextLength(TestData.First(4 * MiB)[at..])), iter: Iterations.Of(200));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(FastCdc.MinSize, FastCdc.MinSize)]
    [InlineData(FastCdc.MinSize + 1, FastCdc.MinSize + 1)]
    [InlineData(FastCdc.NormalSize, FastCdc.NormalSize)]
    [InlineData(FastCdc.MaxSize - 1, FastCdc.MaxSize - 1)]
    [InlineData(FastCdc.MaxSize, FastCdc.MaxSize)]
    [InlineData(FastCdc.MaxSize + 1, FastCdc.MaxSize)]
    public void Without_a_cut_a_chunk_ends_with_the_data_or_at_the_longest(int length, int expected) =>
        Assert.Equal(expected, FastCdc.NextLength(new byte[length]));

    [Fact]
    public void The_gear_table_is_frozen()
    {
        Assert.Equal(256, GearTable.Values.Length);
        Assert.Equal(0x77f99199bd715110UL, GearTable.Values[0]);
        Assert.Equal(0x5f65dadd68d7c561UL, GearTable.Values[1]);
        Assert.Equal(0x4da62390c4b6b53fUL, GearTable.Values[127]);
        Assert.Equal(0x5212931a730dbcf5UL, GearTable.Values[254]);
        Assert.Equal(0x41c1b53403397249UL, GearTable.Values[255]);
        var bytes = new byte[256 * sizeof(ulong)];
        for (var i = 0; i < 256; i++)
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(i * sizeof(ulong)), GearTable.Values[i]);
        Assert.Equal("9621cb9981fb185e514a1e6242a6bc1a1e59aadb921e2bec61bbec6eec76fd03", Hash256.Of(bytes).ToString());
    }

    /// <summary>Zeros, in which nothing is cut, and at their end the 64 bytes that make a cut, ending at a length; random bytes follow.</summary>
    private static byte[] Ending(int length)
    {
        var chunk = NaiveChunker.Chunks(TestData.First(MiB).ToArray())[3];
        return [.. new byte[length - 64], .. chunk[^64..], .. TestData.First(FastCdc.MaxSize)];
    }

    private static string NaiveHash(int length) => NaiveChunker.Hash(TestData.First(length).ToArray());

    private static (ContentHash Hash, List<Chunk> Chunks) Hash(ReadOnlySpan<byte> file, int piece)
    {
        var chunks = new List<Chunk>();
        using var hasher = new ContentHasher(chunks.Add);
        for (var at = 0; at < file.Length; at += piece)
            hasher.Append(file[at..Math.Min(at + piece, file.Length)]);
        return (hasher.Finish(), chunks);
    }
}
