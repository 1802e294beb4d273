namespace OmnyDrive.Engine.Files;

/// <summary>What a directory's file system is like.</summary>
/// <param name="KeepsDirectoryTimes">
/// Whether every change to the names in a directory is known to show in its ctime at once. Where not (network and foreign file systems), each scan lists each
/// directory, and times settle late.
/// </param>
/// <param name="FreeBytes">How many bytes this user may still write; the most there can be where the file system does not tell.</param>
internal readonly record struct FileSystemFacts(bool KeepsDirectoryTimes, long FreeBytes);
