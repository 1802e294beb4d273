namespace OmnyDrive.Filtering;

/// <summary>A path that is asked about.</summary>
internal readonly ref struct Candidate(ReadOnlySpan<byte> path, int nameAt, bool isDirectory)
{
    /// <summary>The path, from the outermost directory that has rules.</summary>
    internal ReadOnlySpan<byte> Path { get; } = path;

    internal ReadOnlySpan<byte> Name => Path[nameAt..];

    internal bool IsDirectory { get; } = isDirectory;
}
