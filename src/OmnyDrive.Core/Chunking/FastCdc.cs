using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OmnyDrive.Chunking;

/// <summary>
/// Content-defined chunking: where one chunk ends depends only on the bytes of that chunk, so an insertion moves the cuts near
/// it and no others. FastCDC with cut-point skipping and normalized chunking at level 2, after W. Xia et al., "FastCDC: a Fast and
/// Efficient Content-Defined Chunking Approach for Data Deduplication", USENIX ATC 2016. Limits, masks and gear table are
/// part of the snapshot format (docs/snapshot-format.md): changing one changes the hash of every large file.
/// </summary>
public static class FastCdc
{
    /// <summary>No chunk but the last is shorter: 16 KiB.</summary>
    public const int MinSize = 16 << 10;

    /// <summary>The size around which lengths gather: 64 KiB.</summary>
    public const int NormalSize = 64 << 10;

    /// <summary>No chunk is longer: 256 KiB.</summary>
    public const int MaxSize = 256 << 10;

    // The top bits of a gear hash depend on the most bytes before them. 64 KiB is 2^16: two bits more before it, two less behind.
    // That the top 18 (14) bits are zero is the same as being below 2^46 (2^50).
    private const ulong CutBelowBeforeNormal = 1UL << 46;
    private const ulong CutBelowBehindNormal = 1UL << 50;

    private static readonly CutRule Chunks = new(MinSize, NormalSize, MaxSize, CutBelowBeforeNormal, CutBelowBehindNormal);

    /// <summary>
    /// The length of the chunk that begins at the first byte of <paramref name="data"/>: up to <see cref="MaxSize"/>.
    /// Give at least <see cref="MaxSize"/> bytes unless fewer are left in the file; then the end of the data is the end of the chunk.
    /// </summary>
    public static int NextLength(ReadOnlySpan<byte> data) => NextLength(data, Chunks);

    /// <summary>
    /// Whether these bytes are one chunk wherever they lie in a file, as long as something follows them; the last chunk of a file may be shorter.
    /// </summary>
    public static bool IsChunk(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is <= MinSize or > MaxSize || NextLength(bytes) != bytes.Length)
            return false;
        // Without a cut at its last byte it ended because the bytes did: only the longest is a chunk all the same.
        return bytes.Length == MaxSize || EndsInCut(bytes);
    }

    internal static int NextLength(ReadOnlySpan<byte> data, in CutRule rule)
    {
        if (data.Length <= rule.MinSize)
            return data.Length;
        var end = Math.Min(data.Length, rule.MaxSize);
        var normal = Math.Min(end, rule.NormalSize);
        var fingerprint = 0UL;
        var cut = Scan(data, rule.MinSize, normal, rule.CutBelowBeforeNormal, ref fingerprint);
        return cut > 0 ? cut
            : Scan(data, normal, end, rule.CutBelowBehindNormal, ref fingerprint) is > 0 and var late ? late
            : end;
    }

    private static bool EndsInCut(ReadOnlySpan<byte> bytes)
    {
        // A fingerprint depends on the 64 bytes before it, and on none before MinSize.
        var fingerprint = 0UL;
        for (var i = Math.Max(MinSize, bytes.Length - 64); i < bytes.Length; i++)
            fingerprint = (fingerprint << 1) + GearTable.Values[bytes[i]];
        return fingerprint < (bytes.Length <= NormalSize ? CutBelowBeforeNormal : CutBelowBehindNormal);
    }

    // Four steps a turn without bounds checks: 1.4 times as fast as the plain loop. Eight steps gain nothing more; two lanes side by side, a table
    // of byte pairs and one eight-byte load a turn are slower. `to` is at most the length of the data, and the table has an entry for every byte.
    private static int Scan(ReadOnlySpan<byte> data, int from, int to, ulong cutBelow, ref ulong fingerprint)
    {
        ref var gear = ref MemoryMarshal.GetArrayDataReference(GearTable.Values);
        ref var bytes = ref MemoryMarshal.GetReference(data);
        var hash = fingerprint;
        var i = from;
        for (; i <= to - 4; i += 4)
        {
            if ((hash = Next(hash, ref gear, ref bytes, i)) < cutBelow)
                return i + 1;
            if ((hash = Next(hash, ref gear, ref bytes, i + 1)) < cutBelow)
                return i + 2;
            if ((hash = Next(hash, ref gear, ref bytes, i + 2)) < cutBelow)
                return i + 3;
            if ((hash = Next(hash, ref gear, ref bytes, i + 3)) < cutBelow)
                return i + 4;
        }
        for (; i < to; i++)
        {
            if ((hash = Next(hash, ref gear, ref bytes, i)) < cutBelow)
                return i + 1;
        }
        fingerprint = hash;
        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Next(ulong hash, ref ulong gear, ref byte bytes, int at) =>
        (hash << 1) + Unsafe.Add(ref gear, (nuint)Unsafe.Add(ref bytes, at));
}
