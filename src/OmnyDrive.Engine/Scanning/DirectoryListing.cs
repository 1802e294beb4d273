using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>One directory as it was listed: entries that are already known, files still to be hashed, directories still to be walked.</summary>
internal sealed class DirectoryListing(DrivePath path)
{
    internal DrivePath Path { get; } = path;

    /// <summary>Links, unreadable things and files whose hash is known.</summary>
    internal List<NamedEntry> Entries { get; } = [];

    internal List<string> Directories { get; } = [];

    internal List<string> ToHash { get; } = [];

    internal Dictionary<string, IndexedFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether something in it is private or filtered: a directory that holds nothing else is no entry.</summary>
    internal bool LeftSomethingOut { get; set; }

    internal void AddFile(string name, IndexedFile file, FileStat stat)
    {
        Files.Add(name, file);
        Entries.Add(new NamedEntry(name, Entry.File(stat.Size, file.Content, stat.IsExecutable, stat.Modified)));
    }
}
