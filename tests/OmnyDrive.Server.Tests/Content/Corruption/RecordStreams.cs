using System.Buffers.Binary;
using OmnyDrive.Client.Wire;

namespace OmnyDrive.Server.Tests.Content.Corruption;

/// <summary>Takes a stream apart into its head and its records, and damages these.</summary>
internal static class RecordStreams
{
    internal static bool IsStream(ReadOnlySpan<byte> payload) => payload.Length >= RecordFormat.HeadSize && payload.StartsWith(RecordFormat.Magic);

    /// <summary>The records of a whole stream, without its head.</summary>
    internal static List<byte[]> Split(ReadOnlySpan<byte> payload)
    {
        var records = new List<byte[]>();
        for (var rest = payload[RecordFormat.HeadSize..]; !rest.IsEmpty;)
        {
            var length = RecordFormat.RecordHeadSize + (int)BinaryPrimitives.ReadUInt32BigEndian(rest[1..]);
            records.Add(rest[..length].ToArray());
            rest = rest[length..];
        }
        return records;
    }

    internal static byte[] Join(ReadOnlySpan<byte> payload, List<byte[]> records) => [.. payload[..RecordFormat.HeadSize], .. records.SelectMany(record => record)];

    internal static void Damage(DamageKind kind, int at, Random random, List<byte[]> records)
    {
        var other = random.Next(records.Count);
        if (kind == DamageKind.DropRecord)
            records.RemoveAt(at);
        else if (kind == DamageKind.RepeatRecord)
            records.Insert(other, records[at]);
        else
            (records[at], records[other]) = (records[other], records[at]);
    }
}
