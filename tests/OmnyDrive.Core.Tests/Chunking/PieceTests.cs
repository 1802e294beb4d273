using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using OmnyDrive.Chunking;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Chunking;

/// <summary>Chunks cut into pieces, and put together from pieces that other chunks have.</summary>
public sealed class PieceTests
{
    private static readonly byte[] Data = TestData.First(4 * TestData.MiB).ToArray();

    // From all different to all alike, and short ones.
    private static readonly Gen<byte[]> SomeChunk = Gen.Select(Gen.Int[0, 3 * TestData.MiB], Gen.Int[1, 100_000], Gen.Int[0, 3]).Select((at, length, bits) =>
        bits < 2 ? Data[at..(at + length)].Select(one => (byte)(one & bits)).ToArray() : Data[at..(at + length)]);

    [Fact]
    public void The_pieces_of_a_chunk_one_after_the_other_are_the_chunk() => SomeChunk.Sample(chunk =>
    {
        var pieces = PieceCutter.Cut(chunk);
        Assert.Equal(chunk.Length, pieces.Sum(piece => piece.Length));
        Assert.All(pieces.SkipLast(1), piece => Assert.InRange(piece.Length, PieceCutter.MinSize + 1, PieceCutter.MaxSize));
        Assert.InRange(pieces[^1].Length, 1, PieceCutter.MaxSize);
        foreach (var (piece, bytes) in pieces.Zip(Split(chunk, pieces)))
            Assert.Equal(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(bytes)), piece.Hash);
    }, iter: Iterations.Of(200));

    [Fact]
    public void Pieces_are_cut_as_the_document_says() => SomeChunk.Sample(chunk =>
    {
        var lengths = new List<int>();
        for (var at = 0; at < chunk.Length; at += lengths[^1])
            lengths.Add(NaiveChunker.PieceLength(chunk, at));
        Assert.Equal(lengths, PieceCutter.Cut(chunk).Select(piece => piece.Length));
    }, iter: Iterations.Of(50));

    // docs/wire-protocol.md has it.
    [Fact]
    public void The_pieces_of_the_vector_are_frozen()
    {
        var pieces = PieceCutter.Cut(Data.AsSpan(0, FastCdc.NextLength(Data)));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var record = new byte[10];
        foreach (var piece in pieces)
        {
            BinaryPrimitives.WriteUInt16BigEndian(record, (ushort)piece.Length);
            BinaryPrimitives.WriteUInt64BigEndian(record.AsSpan(2), piece.Hash);
            hash.AppendData(record);
        }
        Assert.Equal("67155 48 1770 dd3936d2defe3320 4f5452b3c6b41979e30899864c7161919e28fe1dd5fc56431e739892093a308f", $"{pieces.Sum(piece => piece.Length)} {pieces.Count} {pieces[0].Length} {pieces[0].Hash:x16} {Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }

    // What an edit costs is a few pieces, wherever the shared bytes lie in the chunks.
    [Fact]
    public void Chunks_that_share_a_stretch_share_its_pieces_but_some_at_its_beginning() =>
        Gen.Select(Gen.Int[0, 60_000], Gen.Int[0, 60_000], Gen.Int[0, TestData.MiB], Gen.Int[40_000, 100_000]).Sample((before, other, at, length) =>
        {
            var shared = Data.AsSpan(at, length);
            var known = PieceCutter.Cut([.. Data.AsSpan(2 * TestData.MiB, before), .. shared]).ToHashSet();
            var pieces = PieceCutter.Cut([.. Data.AsSpan(3 * TestData.MiB, other), .. shared]);
            Assert.InRange(pieces.Where(piece => !known.Contains(piece)).Sum(piece => piece.Length), 0, other + (32 << 10));
        }, iter: Iterations.Of(200));

    [Fact]
    public void Pieces_copied_from_other_chunks_with_the_others_as_they_are_make_the_very_chunks() =>
        Gen.Select(SomeChunk.Array[1, 4], SomeChunk.Array[0, 4], Gen.Int[0, 10_000]).Sample((chunks, others, seed) =>
        {
            var random = new Random(seed);
            var told = chunks.Select((chunk, i) => new ChunkPieces(3 * i, PieceCutter.Cut(chunk))).ToList();
            var table = new PieceTable(told);
            var made = chunks.Select(chunk => new byte[chunk.Length]).ToArray();
            // Some are others altogether, some have a part of a chunk somewhere.
            foreach (var known in others.Concat(chunks.Select(chunk => (byte[])[.. Data.AsSpan(random.Next(1000), random.Next(9_000)), .. chunk[random.Next(chunk.Length)..]])))
            {
                foreach (var (piece, at) in table.FindIn(PieceCutter.Cut(known)))
                {
                    Assert.False(table.IsThere(piece));
                    known.AsSpan(at, table.LengthOf(piece)).CopyTo(made[table.ChunkOf(piece) / 3].AsSpan(table.OffsetOf(piece)));
                    table.Take(piece);
                }
            }
            foreach (var (i, chunk) in chunks.Index())
            {
                var pieces = table.PiecesOf(3 * i).ToList();
                Assert.Equal(told[i].Pieces.Select(piece => piece.Length), pieces.Select(table.LengthOf));
                foreach (var piece in pieces.Where(piece => !table.IsThere(piece)))
                {
                    var bytes = chunk.AsSpan(table.OffsetOf(piece), table.LengthOf(piece));
                    Assert.True(table.Fits(piece, bytes));
                    bytes.CopyTo(made[i].AsSpan(table.OffsetOf(piece)));
                    Assert.Equal(pieces.All(other => other == piece || table.IsThere(other)), table.Take(piece));
                }
                Assert.Equal(chunk, made[i]);
            }
        }, iter: Iterations.Of(100));

    [Fact]
    public void A_chunk_that_is_all_alike_is_found_whole_and_once()
    {
        var zeros = new byte[FastCdc.MaxSize];
        var table = new PieceTable([new ChunkPieces(0, PieceCutter.Cut(zeros)), new ChunkPieces(7, PieceCutter.Cut(zeros))]);
        Assert.Equal(Enumerable.Range(0, table.Count), table.FindIn(PieceCutter.Cut(zeros.AsSpan(0, 20_000))).Select(found => found.Piece).Order());
        Assert.Empty(table.FindIn(PieceCutter.Cut(zeros)));
    }

    [Fact]
    public void A_piece_of_another_length_is_not_found_whatever_its_hash()
    {
        var piece = PieceCutter.Cut(Data.AsSpan(0, 70_000))[0];
        var table = new PieceTable([new ChunkPieces(0, [piece with { Length = piece.Length + 1 }])]);
        Assert.Empty(table.FindIn(PieceCutter.Cut(Data.AsSpan(0, 70_000))));
        Assert.False(table.Fits(0, Data.AsSpan(0, piece.Length)));
        Assert.False(table.Fits(0, Data.AsSpan(0, piece.Length + 1)));
    }

    [Fact]
    public void A_piece_is_known_by_where_it_begins_in_its_chunk_and_by_nothing_between()
    {
        var pieces = PieceCutter.Cut(Data.AsSpan(0, 70_000));
        var table = new PieceTable([new ChunkPieces(2, PieceCutter.Cut(Data.AsSpan(0, 9_000))), new ChunkPieces(5, pieces)]);
        var first = table.PiecesOf(5).First();
        for (int i = 0, offset = 0; i < pieces.Count; offset += pieces[i++].Length)
        {
            Assert.Equal(first + i, table.StartingAt(5, offset));
            Assert.Equal(5, table.ChunkOf(first + i));
            Assert.Null(table.StartingAt(5, offset + 1));
        }
        foreach (var offset in new[] { -1, 70_000, long.MaxValue, long.MinValue })
            Assert.Null(table.StartingAt(5, offset));
        Assert.Null(table.StartingAt(4, 0));
    }

    [Fact]
    public void A_chunk_is_open_until_it_is_closed_and_no_other_is()
    {
        var table = new PieceTable([new ChunkPieces(2, PieceCutter.Cut(Data.AsSpan(0, 20_000))), new ChunkPieces(5, PieceCutter.Cut(Data.AsSpan(0, 20_000)))]);
        Assert.Equal([2, 5], table.OpenChunks);
        table.Close(2);
        Assert.Equal([5], table.OpenChunks);
        Assert.Equal((false, true, false), (table.IsOpen(2), table.IsOpen(5), table.IsOpen(0)));
        Assert.Equal(0, table.StartingAt(2, 0));
        Assert.Empty(new PieceTable([]).OpenChunks);
    }

    private static IEnumerable<byte[]> Split(byte[] chunk, IEnumerable<Piece> pieces)
    {
        var at = 0;
        foreach (var piece in pieces)
            yield return chunk[at..(at += piece.Length)];
    }
}
