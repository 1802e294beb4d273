using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using OmnyDrive.Errors;
using OmnyDrive.Origins;

namespace OmnyDrive.Client.Wire;

/// <summary>Many contents in one stream, back to back: data records with an index, then a record that says how the content ended.</summary>
internal static class ContentRecords
{
    private const byte DataRecord = 1, CompleteRecord = 2, UnavailableRecord = 3, OffsetRecord = 4;
    private const int IndexSize = sizeof(uint);
    private const int DataSize = 128 << 10;

    internal static async Task<long> WriteAsync(RecordTarget to, IAsyncEnumerable<ContentStream> contents, CancellationToken cancellation)
    {
        using var writer = new RecordWriter(to, StreamKind.Contents);
        try
        {
            await foreach (var content in contents.WithCancellation(cancellation))
                await WriteAsync(writer, content, cancellation);
            await writer.EndAsync(cancellation);
        }
        catch (DriveException e)
        {
            await writer.FailAsync(e, cancellation);
        }
        return writer.Written;
    }

    /// <summary>The contents in the order they come; each must be read to its end before the next, and is otherwise skipped.</summary>
    internal static async IAsyncEnumerable<ContentStream> ReadAsync(RecordSource from, Action<long>? counted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new RecordReader(from, StreamKind.Contents);
        while (await reader.ReadAsync(cancellation))
        {
            var content = new ReceivedContent(reader);
            yield return content;
            await content.SkipAsync(cancellation);
        }
        counted?.Invoke(reader.Read);
    }

    private static async Task WriteAsync(RecordWriter writer, ContentStream content, CancellationToken cancellation)
    {
        if (content.Offset > 0)
            await WriteOffsetAsync(writer, content, cancellation);
        while (true)
        {
            var payload = writer.Reserve(IndexSize + DataSize);
            var read = await content.ReadAsync(payload.Slice(IndexSize, DataSize), cancellation);
            BinaryPrimitives.WriteUInt32BigEndian(payload.Span, (uint)content.Index);
            if (read > 0)
            {
                await writer.CommitAsync(DataRecord, IndexSize + read, cancellation);
                continue;
            }
            await writer.CommitAsync(content.Outcome == ContentOutcome.Complete ? CompleteRecord : UnavailableRecord, IndexSize, cancellation);
            return;
        }
    }

    private static ValueTask WriteOffsetAsync(RecordWriter writer, ContentStream content, CancellationToken cancellation)
    {
        var fields = new PayloadWriter(writer.Reserve(IndexSize + sizeof(long)).Span);
        fields.WriteUInt32((uint)content.Index);
        fields.WriteInt64(content.Offset);
        return writer.CommitAsync(OffsetRecord, fields.Written, cancellation);
    }

    private sealed class ReceivedContent : ContentStream
    {
        private readonly RecordReader _records;
        private ReadOnlySequence<byte> _rest;
        private ContentOutcome _outcome;

        internal ReceivedContent(RecordReader records)
        {
            _records = records;
            Index = IndexOf(records);
            if (records.Kind == OffsetRecord)
                Offset = OffsetOf(records);
            else
                Take();
        }

        public override int Index { get; }

        public override long Offset { get; }

        public override ContentOutcome Outcome => _outcome;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            while (_rest.IsEmpty && _outcome == ContentOutcome.Open)
                await NextAsync(cancellation);
            var count = (int)Math.Min(buffer.Length, _rest.Length);
            _rest.Slice(0, count).CopyTo(buffer.Span);
            _rest = _rest.Slice(count);
            return count;
        }

        internal async ValueTask SkipAsync(CancellationToken cancellation)
        {
            while (_outcome == ContentOutcome.Open)
                await NextAsync(cancellation);
        }

        private async ValueTask NextAsync(CancellationToken cancellation)
        {
            _rest = ReadOnlySequence<byte>.Empty;
            if (!await _records.ReadAsync(cancellation) || IndexOf(_records) != Index)
                throw DriveException.Protocol($"The content {Index} ends without a word.");
            Take();
        }

        private void Take()
        {
            _rest = _records.Payload.Slice(IndexSize);
            _outcome = _records.Kind switch
            {
                DataRecord => ContentOutcome.Open,
                CompleteRecord when _rest.IsEmpty => ContentOutcome.Complete,
                UnavailableRecord when _rest.IsEmpty => ContentOutcome.Unavailable,
                _ => throw DriveException.Protocol($"A record of kind {_records.Kind} stands among contents."),
            };
        }

        private static int IndexOf(RecordReader record) => new PayloadReader(record.Payload.Slice(0, Math.Min(IndexSize, record.Payload.Length))).ReadIndex();

        private static long OffsetOf(RecordReader record)
        {
            var fields = new PayloadReader(record.Payload.Slice(IndexSize));
            var offset = fields.ReadSize();
            fields.RequireEnd();
            return offset;
        }
    }
}
