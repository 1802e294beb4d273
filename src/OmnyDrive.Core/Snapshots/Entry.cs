using System.Text;
using OmnyDrive.Errors;

namespace OmnyDrive.Snapshots;

/// <summary>The kinds of thing that a path can be.</summary>
public enum EntryKind
{
    /// <summary>A directory with its tree.</summary>
    Directory,
    /// <summary>A file.</summary>
    File,
    /// <summary>A symbolic link; its target is data and is never followed.</summary>
    Symlink,
    /// <summary>Something is there that could not be read. Nobody may conclude anything from it, least of all that it is gone.</summary>
    Unknown,
}

/// <summary>
/// What a path holds. Immutable. Two entries are equal when they hold the same content; the modification time travels along
/// and does not count.
/// </summary>
public sealed class Entry : IEquatable<Entry>
{
    /// <summary>The longest target of a symbolic link, in bytes of UTF-8.</summary>
    public const int MaxTargetBytes = 4095;

    private readonly Hash256 _hash;

    private Entry(EntryKind kind, Hash256 hash = default, long size = 0, bool executable = false, string target = "", long modified = 0) =>
        (Kind, _hash, Size, IsExecutable, Target, ModifiedNanoseconds) = (kind, hash, size, executable, target, modified);

    /// <summary>The entry of something that could not be read.</summary>
    public static Entry Unknown { get; } = new(EntryKind.Unknown);

    /// <summary>What is there.</summary>
    public EntryKind Kind { get; }

    /// <summary>Whether this is a directory.</summary>
    public bool IsDirectory => Kind == EntryKind.Directory;

    /// <summary>Whether this is a file.</summary>
    public bool IsFile => Kind == EntryKind.File;

    /// <summary>Bytes of a file; 0 for the other kinds.</summary>
    public long Size { get; }

    /// <summary>Whether a file may be executed; false for the other kinds.</summary>
    public bool IsExecutable { get; }

    /// <summary>Where a symbolic link points, uninterpreted; empty for the other kinds.</summary>
    public string Target { get; }

    /// <summary>When a file was last modified, in nanoseconds since 1970-01-01 UTC; 0 where not known and for the other kinds.</summary>
    public long ModifiedNanoseconds { get; }

    /// <summary>The hash of a directory's tree.</summary>
    public Hash256 TreeHash => IsDirectory ? _hash : throw new InvalidOperationException($"A {Kind} has no tree.");

    /// <summary>The hash of a file's content.</summary>
    public ContentHash ContentHash => IsFile ? new ContentHash(_hash) : throw new InvalidOperationException($"A {Kind} has no content.");

    /// <summary>A directory with the tree of that hash.</summary>
    public static Entry Directory(Hash256 tree) => new(EntryKind.Directory, tree);

    /// <summary>A file; throws <see cref="DriveException"/> <c>invalid</c> for a negative size.</summary>
    public static Entry File(long size, ContentHash content, bool executable = false, long modifiedNanoseconds = 0) => size >= 0
        ? new(EntryKind.File, content.Value, size, executable, modified: modifiedNanoseconds)
        : throw DriveException.Invalid($"A file cannot have {size} bytes.");

    /// <summary>
    /// A symbolic link; throws <see cref="DriveException"/> <c>invalid</c> for a target that no tree can hold: empty, longer than
    /// <see cref="MaxTargetBytes"/>, with a NUL or not valid Unicode.
    /// </summary>
    public static Entry Symlink(string target) => RefusalOfTarget(target) is { } refusal
        ? throw DriveException.Invalid($"A link cannot be kept: {refusal}.")
        : new(EntryKind.Symlink, target: target);

    private static string? RefusalOfTarget(string target) =>
        target.Length == 0 ? "its target is empty"
        : target.Contains('\0') ? "its target has a NUL"
        : NameRules.HasUnpairedSurrogate(target) ? "its target is not valid Unicode"
        : Encoding.UTF8.GetByteCount(target) > MaxTargetBytes ? $"its target is longer than {MaxTargetBytes} bytes"
        : null;

    /// <summary>The same file with another modification time.</summary>
    public Entry WithModified(long nanoseconds) => IsFile
        ? File(Size, ContentHash, IsExecutable, nanoseconds)
        : throw new InvalidOperationException($"A {Kind} has no modification time.");

    /// <summary>
    /// Whether two entries (null: nothing there) are alike as far as this path alone goes: two directories are, whatever they hold,
    /// because what they hold has paths of its own.
    /// </summary>
    public static bool SameHere(Entry? one, Entry? other) =>
        (one is { IsDirectory: true } && other is { IsDirectory: true }) || Equals(one, other);

    /// <inheritdoc/>
    public bool Equals(Entry? other) => other is not null && Kind == other.Kind && Size == other.Size
        && IsExecutable == other.IsExecutable && _hash == other._hash && Target == other.Target;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Entry);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _hash, Target);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        EntryKind.Directory => "directory",
        EntryKind.File => $"{(IsExecutable ? "executable file" : "file")} {ContentHash.ToText(Size)} ({Size} bytes)",
        EntryKind.Symlink => $"link to {Target}",
        _ => "unreadable",
    };
}
