namespace OmnyDrive.Drives;

/// <summary>What an origin can do, as data. A peer uses a capability only where both sides have it.</summary>
[Flags]
public enum Capabilities
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Trees and contents can be read.</summary>
    Read = 1,
    /// <summary>Files can be changed.</summary>
    Write = 2,
    /// <summary>A push can be sent.</summary>
    Push = 4,
    /// <summary>A push is a compare-and-swap, all or nothing.</summary>
    AtomicPush = 8,
    /// <summary>Large files can be exchanged by chunks.</summary>
    Delta = 16,
    /// <summary>Earlier generations can be read.</summary>
    History = 32,
    /// <summary>Work can go to a branch of its own.</summary>
    Branch = 64,
    /// <summary>Symbolic links are kept.</summary>
    Symlinks = 128,
    /// <summary>The executable bit is kept.</summary>
    Executable = 256,
}

/// <summary>How capabilities are negotiated and written.</summary>
public static class CapabilityRules
{
    private const Capabilities Writing = Capabilities.Write | Capabilities.Push | Capabilities.AtomicPush | Capabilities.Branch;

    private static readonly (Capabilities Flag, string Text)[] Names =
    [
        (Capabilities.Read, "read"), (Capabilities.Write, "write"), (Capabilities.Push, "push"), (Capabilities.AtomicPush, "atomic-push"),
        (Capabilities.Delta, "delta"), (Capabilities.History, "history"), (Capabilities.Branch, "branch"),
        (Capabilities.Symlinks, "symlinks"), (Capabilities.Executable, "executable"),
    ];

    /// <summary>What two sides can do together: what both can, and under <see cref="AccessMode.ReadOnly"/> neither write, push nor branch.</summary>
    public static Capabilities Negotiate(Capabilities ours, Capabilities theirs, AccessMode mode) => (ours & theirs).Under(mode);

    /// <summary>What is left of <paramref name="capabilities"/> under an access mode.</summary>
    public static Capabilities Under(this Capabilities capabilities, AccessMode mode) =>
        mode == AccessMode.ReadOnly ? capabilities & ~Writing : capabilities;

    /// <summary>The names of the set flags, as they stand on the wire.</summary>
    public static IReadOnlyList<string> ToNames(this Capabilities capabilities) =>
        [.. Names.Where(name => capabilities.HasFlag(name.Flag)).Select(name => name.Text)];

    /// <summary>Reads names; one that this build does not know is left out, because a newer peer may have more.</summary>
    public static Capabilities FromNames(IEnumerable<string> names)
    {
        var known = Names.ToDictionary(name => name.Text, name => name.Flag, StringComparer.Ordinal);
        return names.Aggregate(Capabilities.None, (sum, name) => sum | known.GetValueOrDefault(name));
    }
}
