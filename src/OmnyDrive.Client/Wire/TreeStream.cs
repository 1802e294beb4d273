using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Client.Wire;

/// <summary>Trees on the wire: path, canonical encoding, and the modification times of its files in the order of its entries.</summary>
internal static class TreeStream
{
    private const byte TreeRecord = 1;

    internal static async Task<long> WriteAsync(RecordTarget to, IAsyncEnumerable<LocatedTree> trees, CancellationToken cancellation)
    {
        using var writer = new RecordWriter(to, StreamKind.Trees);
        try
        {
            await foreach (var located in trees.WithCancellation(cancellation))
            {
                var encoding = TreeEncoding.Encode(located.Tree);
                var size = PayloadWriter.SizeOf(located.Path) + sizeof(uint) + encoding.Length + sizeof(long) * located.Tree.Entries.Length;
                if (size > StreamLimits.MaxPayload(StreamKind.Trees))
                    throw new DriveException(ErrorCode.NotSupported, $"The directory \"{located.Path}\" has {located.Tree.Entries.Length} entries, more than one message may carry.", "Split the directory.");
                await writer.CommitAsync(TreeRecord, Fill(writer.Reserve(size).Span, located, encoding), cancellation);
            }
            await writer.EndAsync(cancellation);
        }
        catch (DriveException e)
        {
            await writer.FailAsync(e, cancellation);
        }
        return writer.Written;
    }

    internal static async IAsyncEnumerable<LocatedTree> ReadAsync(RecordSource from, Action<long>? counted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new RecordReader(from, StreamKind.Trees);
        while (await reader.ReadAsync(cancellation))
            yield return Parse(reader);
        counted?.Invoke(reader.Read);
    }

    private static int Fill(Span<byte> payload, LocatedTree located, byte[] encoding)
    {
        var fields = new PayloadWriter(payload);
        fields.WritePath(located.Path);
        fields.WriteUInt32((uint)encoding.Length);
        fields.WriteBytes(encoding);
        foreach (var (_, entry) in located.Tree.Entries)
        {
            if (entry.IsFile)
                fields.WriteInt64(entry.ModifiedNanoseconds);
        }
        return fields.Written;
    }

    private static LocatedTree Parse(RecordReader record)
    {
        if (record.Kind != TreeRecord)
            throw DriveException.Protocol($"A record of kind {record.Kind} stands among trees.");
        var fields = new PayloadReader(record.Payload);
        var path = fields.ReadPath();
        var length = fields.ReadUInt32();
        var tree = TreeEncoding.Decode(fields.Take((int)Math.Min(length, int.MaxValue)));
        var entries = ImmutableArray.CreateBuilder<NamedEntry>(tree.Entries.Length);
        foreach (var (name, entry) in tree.Entries)
            entries.Add(new NamedEntry(name, entry.IsFile ? entry.WithModified(fields.ReadInt64()) : entry));
        fields.RequireEnd();
        return new LocatedTree(path, tree.WithTimes(entries.MoveToImmutable()));
    }
}
