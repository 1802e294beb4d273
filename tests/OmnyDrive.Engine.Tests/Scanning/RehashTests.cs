using CsCheck;
using OmnyDrive.Chunking;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Scanning;

/// <summary>Hashing again with what is remembered gives what hashing in full gives, and hashes what changed.</summary>
public sealed class RehashTests : IDisposable
{
    private const int MiB = LargeFile.MiB;
    private const long SmallEdit = 512 << 10;

    private static readonly Gen<byte[]> Contents = Gen.Select(Gen.Int[MiB, 8 * MiB], Gen.Int[0, 2], Gen.Int[1, 1000]).Select((length, kind, seed) => kind switch
    {
        0 => LargeFile.Random(length, seed),
        // Long equal chunks, where the list fits at many places.
        1 => [.. LargeFile.Random(length / 3, seed), .. new byte[length / 3], .. LargeFile.Random(length / 2, seed + 1)],
        _ => [.. Enumerable.Repeat(LargeFile.Random(MiB / 3, seed), length / MiB * 3 + 1).SelectMany(block => block)],
    });

    private static readonly Gen<(int Kind, double At, int Length, int Nudge)[]> Edits =
        Gen.Select(Gen.Int[0, 6], Gen.Double[0, 1], Gen.OneOf(Gen.Int[1, 10], Gen.Int[1, 300_000]), Gen.Int[-2, 1]).Array[1, 4];

    private readonly LargeFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Whatever_the_edits_it_is_what_a_full_hash_finds() => Gen.Select(Contents, Edits, Edits).Sample((content, first, second) =>
    {
        var before = _file.HashTruly(content).Content;
        foreach (var edits in new[] { first, second })
        {
            foreach (var edit in edits)
                content = Edited(content, edit);
            before = _file.HashTruly(content, before).Content;
        }
        Assert.Equal(0, _file.HashTruly(content, before).Fresh);
    }, iter: Iterations.Of(20), threads: 1);

    [Fact]
    public void The_first_time_everything_is_hashed()
    {
        var content = LargeFile.Random(3 * MiB);
        Assert.Equal(content.Length, _file.HashTruly(content).Fresh);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void One_byte_changed_put_in_or_taken_out_is_hashed_with_its_chunk_and_few_behind(int kind)
    {
        var content = LargeFile.Random(8 * MiB);
        var before = _file.Hash(content).Content;
        foreach (var at in Enumerable.Range(0, 32).Select(i => i * (content.Length / 31 - 1)))
            Assert.InRange(_file.HashTruly(Edited(content, (kind, (double)at / content.Length, 1, 1)), before).Fresh, 1, SmallEdit);
    }

    [Fact]
    public void A_block_put_in_in_front_is_hashed_and_the_rest_found_again()
    {
        var content = LargeFile.Random(8 * MiB);
        var before = _file.Hash(content).Content;
        Assert.InRange(_file.HashTruly([.. LargeFile.Random(100_000, 2), .. content], before).Fresh, 100_000, 100_000 + SmallEdit);
    }

    [Fact]
    public void Behind_a_long_new_part_the_list_is_found_again()
    {
        var content = LargeFile.Random(24 * MiB);
        var before = _file.Hash(content).Content;
        // Pieces that are being hashed already when the list is found again are hashed for nothing: four of 1 MiB.
        Assert.InRange(_file.HashTruly([.. content[..MiB], .. LargeFile.Random(4 * MiB, 2), .. content[MiB..]], before).Fresh, 4 * MiB, 10 * MiB);
    }

    [Fact]
    public void An_edit_in_every_chunk_is_hashed_in_full_and_the_untouched_rest_is_not()
    {
        var content = LargeFile.Random(16 * MiB);
        var before = _file.Hash(content).Content;
        var edited = content.ToArray();
        foreach (var chunk in LargeFile.ChunksOf(content).Where(chunk => chunk.Offset < 4 * MiB))
            edited[chunk.Offset + 5] ^= 1;
        Assert.InRange(_file.HashTruly(edited, before).Fresh, 4 * MiB, 10 * MiB);
    }

    [Fact]
    public void The_last_chunk_holds_only_where_the_file_ends_with_it()
    {
        var content = LargeFile.Random(2 * MiB + 1000);
        var last = LargeFile.ChunksOf(content)[^1];
        var before = _file.Hash(content).Content;
        Assert.Equal(0, _file.HashTruly(content, before).Fresh);
        // Its bytes are all there and FastCDC cuts elsewhere, now that more follow.
        byte[] longer = [.. content, 7];
        Assert.Equal(last.Length + 1, LargeFile.ChunksOf(longer)[^1].Length);
        Assert.Equal(last.Length + 1, _file.HashTruly(longer, before).Fresh);
        // A whole chunk less: what ends the file now was cut, and holds.
        Assert.Equal(0, _file.HashTruly(content[..(int)last.Offset], before).Fresh);
        Assert.InRange(_file.HashTruly(content[..(int)(last.Offset - 1)], before).Fresh, 1, FastCdc.MaxSize);
        // And the file that was longer before, cut back to an end that was no cut.
        Assert.Equal(last.Length, _file.HashTruly(content, ContentHash.Of(longer)).Fresh);
    }

    [Fact]
    public void Appending_hashes_what_is_appended()
    {
        var content = LargeFile.Random(8 * MiB);
        var before = _file.Hash(content).Content;
        Assert.InRange(_file.HashTruly([.. content, .. LargeFile.Random(50_000, 3)], before).Fresh, 50_000, SmallEdit);
    }

    [Fact]
    public void A_list_under_another_key_costs_a_full_hash_and_nothing_else()
    {
        var content = LargeFile.Random(2 * MiB);
        var before = _file.Hash(content).Content;
        var otherKeys = new ChunkKeys(LargeFile.Random(32));
        var others = new ChunkListStore(_file.Scratch.At("chunks"), otherKeys, _file.Time);
        Assert.Null(others.Find(before));
        Assert.Equal(content.Length, _file.HashTruly(content, before, others).Fresh);
    }

    [Fact]
    public void Tags_under_another_key_hold_for_nothing()
    {
        var content = LargeFile.Random(4 * MiB);
        using var tagger = new ChunkTagger(new ChunkKeys(LargeFile.Random(32)));
        var chunks = LargeFile.ChunksOf(content)
            .Select(chunk => new ChunkRecord(chunk.Length, chunk.Hash, tagger.Make(content.AsSpan((int)chunk.Offset, chunk.Length))));
        _file.Store.Keep(new ChunkList(ContentHash.Of(content), [.. chunks]), replaced: null);
        Assert.NotNull(_file.Store.Find(ContentHash.Of(content)));
        Assert.Equal(content.Length, _file.HashTruly(content, ContentHash.Of(content)).Fresh);
    }

    [Fact]
    public void The_list_of_another_content_gives_what_they_have_in_common()
    {
        var (one, other) = (LargeFile.Random(3 * MiB), LargeFile.Random(3 * MiB, 2));
        var before = _file.Hash(one).Content;
        Assert.Equal(other.Length, _file.HashTruly(other, before).Fresh);
        Assert.InRange(_file.HashTruly([.. one[..(2 * MiB)], .. other[..MiB]], before).Fresh, MiB, MiB + SmallEdit);
        Assert.Equal(one.Length, _file.HashTruly(one, ContentHash.Of("never seen"u8)).Fresh);
    }

    private static byte[] Edited(byte[] content, (int Kind, double At, int Length, int Nudge) edit)
    {
        var at = (int)(edit.At * (content.Length - 1));
        // Below 1, at a cut or a byte beside it.
        if (edit.Nudge < 1)
            at = (int)Math.Max(0, LargeFile.ChunksOf(content).Last(chunk => chunk.Offset <= at).Offset + edit.Nudge + 1);
        var end = Math.Min(at + edit.Length, content.Length);
        byte[] edited = edit.Kind switch
        {
            0 => [.. content[..at], .. content[at..end].Select(value => (byte)(value + 1)), .. content[end..]],
            1 => [.. content[..at], .. LargeFile.Random(edit.Length, edit.Length), .. content[at..]],
            2 => [.. content[..at], .. content[end..]],
            3 => content[..at],
            4 => [.. content, .. LargeFile.Random(edit.Length, edit.Length)],
            5 => [.. content[at..], .. content[..at]],
            _ => [.. content[..at], .. content[(content.Length / 2)..], .. content[..end]],
        };
        return edited.Length >= MiB ? edited : content;
    }
}
