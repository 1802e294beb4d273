namespace OmnyDrive.Filtering;

/// <summary>What one part of a <see cref="Glob"/> takes of a path.</summary>
internal enum GlobKind : byte
{
    /// <summary>The byte in <see cref="GlobPart.Value"/>.</summary>
    Literal,

    /// <summary><c>?</c>: one byte, not a character, and no slash.</summary>
    AnyByte,

    /// <summary><c>[…]</c>: a byte of <see cref="GlobPart.Set"/>.</summary>
    OneOf,

    /// <summary><c>*</c>: any bytes but slashes.</summary>
    Star,

    /// <summary><c>**/</c>: any number of directories, also none.</summary>
    Directories,

    /// <summary><c>**\/</c>: one directory or more.</summary>
    SomeDirectories,

    /// <summary><c>**</c> at the end: whatever is left.</summary>
    Rest,
}

/// <summary>One part of a <see cref="Glob"/>.</summary>
internal readonly record struct GlobPart(GlobKind Kind, byte Value = 0, ByteSet? Set = null)
{
    /// <summary>Whether this part, being one that takes exactly one byte, takes <paramref name="value"/>.</summary>
    internal bool Takes(byte value) => Kind switch
    {
        GlobKind.Literal => value == Value,
        GlobKind.AnyByte => value != '/',
        _ => Set!.Contains(value),
    };
}
