namespace OmnyDrive.Snapshots;

/// <summary>
/// The order of names: by their UTF-8 bytes, which is the order of code points. UTF-16 differs from it only where one
/// unit is a surrogate and the other lies above the surrogates.
/// </summary>
public sealed class Utf8Order : IComparer<string>
{
    /// <summary>The only instance.</summary>
    public static Utf8Order Instance { get; } = new();

    private Utf8Order()
    {
    }

    /// <inheritdoc/>
    public int Compare(string? x, string? y) => Compare(x.AsSpan(), y.AsSpan());

    /// <summary>Below zero, zero or above zero, as in <see cref="IComparer{T}"/>.</summary>
    public static int Compare(ReadOnlySpan<char> x, ReadOnlySpan<char> y)
    {
        var common = x.CommonPrefixLength(y);
        if (common == x.Length || common == y.Length)
            return x.Length - y.Length;
        char a = x[common], b = y[common];
        return Rank(a) - Rank(b);
    }

    // Surrogates stand for code points above U+FFFF, so they come behind U+E000 to U+FFFF.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
