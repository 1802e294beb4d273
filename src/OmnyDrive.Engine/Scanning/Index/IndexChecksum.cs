using System.IO.Hashing;

namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>
/// Tells a damaged index: XxHash128 over all before it (System.IO.Hashing). Nobody but this user writes the file, so it need not withstand an adversary; whoever
/// could forge an index could as well change the program that reads it.
/// </summary>
internal static class IndexChecksum
{
    internal const int Bytes = 16;

    private const int Piece = 1 << 20;

    internal static bool Holds(IndexMemory memory)
    {
        var checksum = new XxHash128();
        var end = memory.Length - Bytes;
        for (long offset = 0; offset < end; offset += Piece)
            checksum.Append(memory.Slice(offset, (int)Math.Min(Piece, end - offset)));
        Span<byte> sum = stackalloc byte[Bytes];
        checksum.GetHashAndReset(sum);
        var same = sum.SequenceEqual(memory.Slice(end, Bytes));
        GC.KeepAlive(memory);
        return same;
    }
}
