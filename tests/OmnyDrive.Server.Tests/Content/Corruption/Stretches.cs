namespace OmnyDrive.Server.Tests.Content.Corruption;

/// <summary>Damages that know nothing of what the bytes mean.</summary>
internal static class Stretches
{
    private const int Short = 8;

    internal static Passage Damage(DamageKind kind, int at, Random random, ref byte[] bytes)
    {
        var rest = bytes.Length - at;
        var first = Length(rest, random);
        var (before, one) = (bytes[..at], bytes[at..(at + first)]);
        switch (kind)
        {
            case DamageKind.Close or DamageKind.Reset:
                bytes = before;
                return kind == DamageKind.Close ? Passage.Closed : Passage.Reset;
            case DamageKind.DropStretch:
                bytes = [.. before, .. bytes[(at + first)..]];
                return Passage.Hurt;
            case DamageKind.RepeatStretch:
                bytes = [.. before, .. one, .. bytes[at..]];
                return Passage.Hurt;
            case DamageKind.SwapStretches when rest > first:
                var second = Length(rest - first, random);
                bytes = [.. before, .. bytes.AsSpan(at + first, second), .. one, .. bytes[(at + first + second)..]];
                return Passage.Hurt;
            default:
                bytes[at] ^= (byte)random.Next(1, 256);
                return Passage.Hurt;
        }
    }

    // A few bytes as often as many.
    private static int Length(int most, Random random) => 1 + random.Next(random.Next(2) == 0 ? Math.Min(most, Short) : most);
}
