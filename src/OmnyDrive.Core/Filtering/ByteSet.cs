namespace OmnyDrive.Filtering;

/// <summary>A set of bytes, such as <c>[a-z]</c> stands for. Grows while it is read, then never again.</summary>
internal sealed class ByteSet
{
    private ulong _a, _b, _c, _d;

    internal bool Contains(byte value) => (Word(value >> 6) >> (value & 63) & 1) != 0;

    internal void Add(byte value) => Word(value >> 6) |= 1UL << (value & 63);

    internal void Remove(byte value) => Word(value >> 6) &= ~(1UL << (value & 63));

    internal void Complement() => (_a, _b, _c, _d) = (~_a, ~_b, ~_c, ~_d);

    private ref ulong Word(int index)
    {
        switch (index)
        {
            case 0: return ref _a;
            case 1: return ref _b;
            case 2: return ref _c;
            default: return ref _d;
        }
    }
}
