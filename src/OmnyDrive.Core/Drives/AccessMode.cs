using OmnyDrive.Errors;

namespace OmnyDrive.Drives;

/// <summary>Whether changes may flow back to the origin.</summary>
public enum AccessMode
{
    /// <summary>Changes flow both ways.</summary>
    ReadWrite,
    /// <summary>Changes flow from the origin only.</summary>
    ReadOnly,
}

/// <summary>How access modes are written and combined.</summary>
public static class AccessModes
{
    /// <summary><c>read-write</c> or <c>read-only</c>, as commands and messages on the wire print it.</summary>
    public static string ToText(this AccessMode mode) => mode == AccessMode.ReadOnly ? "read-only" : "read-write";

    /// <summary>Reads what <see cref="ToText"/> writes; throws <see cref="DriveException"/> <c>invalid</c> otherwise.</summary>
    public static AccessMode Parse(string text) => text switch
    {
        "read-only" => AccessMode.ReadOnly,
        "read-write" => AccessMode.ReadWrite,
        _ => throw DriveException.Invalid($"\"{Printable.Of(text)}\" is not an access mode.", "It is read-write or read-only."),
    };

    /// <summary>The stricter of two modes: what a mount of a drive may do.</summary>
    public static AccessMode And(this AccessMode one, AccessMode other) =>
        one == AccessMode.ReadOnly || other == AccessMode.ReadOnly ? AccessMode.ReadOnly : AccessMode.ReadWrite;
}
