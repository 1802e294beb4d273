namespace OmnyDrive.Snapshots;

/// <summary>What a file system makes of names. All false, the default, is one that keeps every name as it is given, as Linux's own do.</summary>
public readonly record struct TargetTraits
{
    /// <summary>Names that differ only by case are one name there.</summary>
    public bool IsCaseInsensitive { get; init; }

    /// <summary>Names that Unicode calls canonically equivalent, as é in one code point and in two, are one name there.</summary>
    public bool IsNormalizationInsensitive { get; init; }

    /// <summary>A dot at the end of a name is not kept there.</summary>
    public bool DropsTrailingDots { get; init; }

    /// <summary>The names that Windows reserves cannot be made there.</summary>
    public bool HasWindowsNames { get; init; }

    /// <summary>
    /// What a name is there: two names of one directory are the same name there where this is equal. Case is compared as
    /// <see cref="StringComparer.OrdinalIgnoreCase"/> does.
    /// </summary>
    internal string KeyOf(string name)
    {
        if (IsNormalizationInsensitive)
            name = CanonicalForm.Of(name);
        if (!IsCaseInsensitive)
            return name;
        name = name.ToUpperInvariant();
        // Upper case can bring a character that decomposes anew, or marks in another order.
        return IsNormalizationInsensitive ? CanonicalForm.Of(name) : name;
    }
}
