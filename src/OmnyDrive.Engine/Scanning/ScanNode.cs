using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Filtering;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>One directory on its way through a scan. Written by one worker at a time.</summary>
internal sealed class ScanNode
{
    /// <summary>Shared by all directories that hold none; never written to.</summary>
    internal static readonly List<(int Place, ScanNode Node)> NoChildren = [];

    /// <summary>The root.</summary>
    internal ScanNode(int? known) => (Known, Path) = (known, []);

    /// <summary>A directory in another.</summary>
    internal ScanNode(ScanNode parent, ReadOnlySpan<byte> name, PathVerdict verdict, int? known)
    {
        (Parent, Verdict, Known, Depth, IsMoved) = (parent, verdict, known, parent.Depth + 1, parent.IsMoved);
        Path = parent.Path.Length == 0 ? name.ToArray() : [.. parent.Path, (byte)'/', .. name];
    }

    internal ScanNode? Parent { get; }

    /// <summary>Its path below the root.</summary>
    internal byte[] Path { get; }

    internal int Depth { get; }

    /// <summary>Its number in the known index.</summary>
    internal int? Known { get; private set; }

    /// <summary>Whether the known index has it at another path.</summary>
    internal bool IsMoved { get; private set; }

    internal PathVerdict Verdict { get; }

    /// <summary>Whether it must be looked at though only other directories are known to have changed.</summary>
    internal bool IsForced { get; init; }

    /// <summary>The rules in force inside it.</summary>
    internal DirectoryRules Rules { get; set; } = null!;

    internal DirectoryRecord Record { get; set; }

    /// <summary>Its names, where they are not what the known index has.</summary>
    internal Memory<byte>? Block { get; set; }

    /// <summary>Its directories, with their places among the records.</summary>
    internal List<(int Place, ScanNode Node)> Children { get; set; } = NoChildren;

    /// <summary>The places of files that are to be hashed.</summary>
    internal List<int>? ToHash { get; set; }

    /// <summary>The ignore files that were read in it.</summary>
    internal IReadOnlyList<(byte[] Name, IgnoreFile File)> IgnoreFiles { get; set; } = [];

    /// <summary>Why it could not be looked into.</summary>
    internal string? Failure { get; set; }

    internal ReadOnlySpan<byte> Name => Path.AsSpan(Path.AsSpan().LastIndexOf((byte)'/') + 1);

    /// <summary>Takes it for a directory that the known index has at another path.</summary>
    internal void Recognize(int known) => (Known, IsMoved) = (known, true);

    internal DrivePath DrivePath => DrivePath.Parse(System.Text.Encoding.UTF8.GetString(Path));
}
