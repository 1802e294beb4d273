using System.Buffers;
using System.Runtime.CompilerServices;
using OmnyDrive.Chunking;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Client.Wire;

/// <summary>Many chunk lists in one stream, back to back: records of chunks, of runs of a base or of a chunk's pieces, each with an index, then a record that says how the list ended.</summary>
internal static class ChunkListRecords
{
    private const byte ChunksRecord = 1, RunsRecord = 2, CompleteRecord = 3, UnavailableRecord = 4, PiecesRecord = 5;
    private const int ChunkSize = sizeof(uint) + Hash256.Size, RunSize = 2 * sizeof(uint), PieceSize = sizeof(ushort) + sizeof(ulong);
    private const int MostPerRecord = 1024;

    internal static async Task<long> WriteAsync(RecordTarget to, IAsyncEnumerable<ChunkListPart> parts, CancellationToken cancellation)
    {
        using var writer = new RecordWriter(to, StreamKind.ChunkLists);
        try
        {
            await foreach (var part in parts.WithCancellation(cancellation))
            {
                for (var at = 0; at < part.Runs.Count;)
                {
                    var count = AlikeFrom(part.Runs, at);
                    await WriteAsync(writer, part, at, count, cancellation);
                    at += count;
                }
                if (part.Pieces is { } pieces)
                    await WriteAsync(writer, part.Index, pieces, cancellation);
                if (part.Outcome != ContentOutcome.Open)
                    await EndAsync(writer, part, cancellation);
            }
            await writer.EndAsync(cancellation);
        }
        catch (DriveException e)
        {
            await writer.FailAsync(e, cancellation);
        }
        return writer.Written;
    }

    internal static async IAsyncEnumerable<ChunkListPart> ReadAsync(RecordSource from, Action<long>? counted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new RecordReader(from, StreamKind.ChunkLists);
        while (await reader.ReadAsync(cancellation))
            yield return Parse(reader.Kind, reader.Payload);
        counted?.Invoke(reader.Read);
    }

    // How many runs of one kind come next, as many as one record takes.
    private static int AlikeFrom(IReadOnlyList<ChunkRun> runs, int at)
    {
        var count = 1;
        while (count < MostPerRecord && at + count < runs.Count && runs[at + count].IsOfBase == runs[at].IsOfBase)
            count++;
        return count;
    }

    private static ValueTask WriteAsync(RecordWriter writer, ChunkListPart part, int at, int count, CancellationToken cancellation)
    {
        var ofBase = part.Runs[at].IsOfBase;
        var fields = new PayloadWriter(writer.Reserve(sizeof(uint) + count * (ofBase ? RunSize : ChunkSize)).Span);
        fields.WriteUInt32((uint)part.Index);
        for (var i = at; i < at + count; i++)
        {
            var run = part.Runs[i];
            fields.WriteUInt32((uint)(ofBase ? run.First : run.Chunk.Length));
            if (ofBase)
                fields.WriteUInt32((uint)run.Count);
            else
                fields.WriteHash(run.Chunk.Hash);
        }
        return writer.CommitAsync(ofBase ? RunsRecord : ChunksRecord, fields.Written, cancellation);
    }

    private static ValueTask WriteAsync(RecordWriter writer, int index, ChunkPieces told, CancellationToken cancellation)
    {
        var fields = new PayloadWriter(writer.Reserve(2 * sizeof(uint) + told.Pieces.Count * PieceSize).Span);
        fields.WriteUInt32((uint)index);
        fields.WriteUInt32((uint)told.Chunk);
        foreach (var piece in told.Pieces)
        {
            fields.WriteUInt16((ushort)piece.Length);
            fields.WriteInt64((long)piece.Hash);
        }
        return writer.CommitAsync(PiecesRecord, fields.Written, cancellation);
    }

    private static ValueTask EndAsync(RecordWriter writer, ChunkListPart part, CancellationToken cancellation)
    {
        var fields = new PayloadWriter(writer.Reserve(sizeof(uint)).Span);
        fields.WriteUInt32((uint)part.Index);
        return writer.CommitAsync(part.Outcome == ContentOutcome.Complete ? CompleteRecord : UnavailableRecord, fields.Written, cancellation);
    }

    private static ChunkListPart Parse(byte kind, ReadOnlySequence<byte> payload)
    {
        var fields = new PayloadReader(payload);
        var index = fields.ReadIndex();
        var rest = (int)payload.Length - sizeof(uint);
        var pieces = kind == PiecesRecord ? Pieces(ref fields, rest - sizeof(uint)) : null;
        var runs = kind switch
        {
            ChunksRecord => Runs(ref fields, rest, ChunkSize, static (ref fields) => ChunkRun.Of(fields.ReadIndex(), fields.ReadHash())),
            RunsRecord => Runs(ref fields, rest, RunSize, static (ref fields) => fields.ReadIndex() is var first && fields.ReadIndex() is > 0 and var count
                ? ChunkRun.OfBase(first, count)
                : throw DriveException.Protocol("A run of chunks is empty.")),
            CompleteRecord or UnavailableRecord or PiecesRecord => [],
            _ => throw DriveException.Protocol($"A record of kind {kind} stands among chunk lists."),
        };
        fields.RequireEnd();
        return new ChunkListPart(index, runs, kind switch { CompleteRecord => ContentOutcome.Complete, UnavailableRecord => ContentOutcome.Unavailable, _ => ContentOutcome.Open }) { Pieces = pieces };
    }

    private static ChunkPieces Pieces(ref PayloadReader fields, int bytes)
    {
        var chunk = fields.ReadIndex();
        var pieces = new Piece[bytes / PieceSize];
        for (var i = 0; i < pieces.Length; i++)
            pieces[i] = new Piece(fields.ReadUInt16(), (ulong)fields.ReadInt64());
        return new ChunkPieces(chunk, pieces);
    }

    private delegate ChunkRun Parser(ref PayloadReader fields);

    private static ChunkRun[] Runs(ref PayloadReader fields, int bytes, int each, Parser parse)
    {
        var runs = new ChunkRun[bytes / each];
        for (var i = 0; i < runs.Length; i++)
            runs[i] = parse(ref fields);
        return runs;
    }
}
