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
    private const ulong MaskBeforeNormal = 0xFFFF_C000_0000_0000;
    private const ulong MaskBehindNormal = 0xFFFC_0000_0000_0000;

    /// <summary>
    /// The length of the chunk that begins at the first byte of <paramref name="data"/>: up to <see cref="MaxSize"/>.
    /// Give at least <see cref="MaxSize"/> bytes unless fewer are left in the file; then the end of the data is the end of the chunk.
    /// </summary>
    public static int NextLength(ReadOnlySpan<byte> data)
    {
        if (data.Length <= MinSize)
            return data.Length;
        var end = Math.Min(data.Length, MaxSize);
        var normal = Math.Min(end, NormalSize);
        var fingerprint = 0UL;
        var cut = Scan(data, MinSize, normal, MaskBeforeNormal, ref fingerprint);
        return cut > 0 ? cut
            : Scan(data, normal, end, MaskBehindNormal, ref fingerprint) is > 0 and var late ? late
            : end;
    }

    private static int Scan(ReadOnlySpan<byte> data, int from, int to, ulong mask, ref ulong fingerprint)
    {
        var gear = GearTable.Values.AsSpan();
        var hash = fingerprint;
        for (var i = from; i < to; i++)
        {
            hash = (hash << 1) + gear[data[i]];
            if ((hash & mask) == 0)
                return i + 1;
        }
        fingerprint = hash;
        return 0;
    }
}
