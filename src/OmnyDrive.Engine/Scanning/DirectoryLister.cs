using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>Lists one directory and sorts what is in it by what the scan must do with it.</summary>
internal sealed class DirectoryLister(RootDirectory root, ScanIndex known, ulong device, long startedNanoseconds, Action<Problem> report)
{
    /// <summary>The listing; null where the directory cannot be read, which has been reported.</summary>
    internal DirectoryListing? List(DrivePath path)
    {
        var listing = new DirectoryListing(path);
        try
        {
            using var directory = root.Open(path);
            foreach (var listed in directory.List())
                Add(listing, directory, listed);
            return listing;
        }
        catch (FileOperationException e) when (!path.IsRoot)
        {
            report(new Problem(path.ToString(), $"the directory cannot be read: {e.Reason}"));
            return null;
        }
    }

    private void Add(DirectoryListing listing, IDirectoryHandle directory, ListedName listed)
    {
        if (listed.IsText && NameRules.IsPrivate(listed.Name))
        {
            listing.LeftSomethingOut = true;
            return;
        }
        if (LeftOut.Refusal(listed) is { } refusal)
        {
            // The name has no place in a tree; its directory cannot be removed while it is there, so nothing is lost by leaving it out.
            listing.LeftSomethingOut = true;
            report(new Problem(Join(listing.Path, listed.Name), $"left out: {refusal}"));
            return;
        }
        try
        {
            Classify(listing, directory, listed.Name);
        }
        catch (FileOperationException e)
        {
            Unknown(listing, listed.Name, e.Reason);
        }
    }

    private void Classify(DirectoryListing listing, IDirectoryHandle directory, string name)
    {
        if (directory.Stat(name) is not { } stat)
            Unknown(listing, name, "it vanished while it was being read");
        else if (stat.Kind == FileKind.File)
            ClassifyFile(listing, name, stat);
        else if (stat.Kind == FileKind.Symlink)
            ClassifyLink(listing, directory, name);
        else if (stat.Kind == FileKind.Other)
            Unknown(listing, name, "it is a socket, FIFO or device");
        else if (stat.Device != device)
            Unknown(listing, name, "another file system is mounted there");
        else if (listing.Path.Depth + 1 >= DrivePath.MaxDepth)
            Unknown(listing, name, $"it is deeper than {DrivePath.MaxDepth} names");
        else
            listing.Directories.Add(name);
    }

    private void ClassifyFile(DirectoryListing listing, string name, FileStat stat)
    {
        var isKnown = known.Directories.TryGetValue(listing.Path, out var files) && files.TryGetValue(name, out var file)
            && file.IsSettled && file.Fingerprint == stat.Fingerprint;
        if (isKnown)
            listing.AddFile(name, files![name], stat);
        else
            listing.ToHash.Add(name);
    }

    private void ClassifyLink(DirectoryListing listing, IDirectoryHandle directory, string name)
    {
        var target = directory.ReadLink(name);
        if (string.IsNullOrEmpty(target) || System.Text.Encoding.UTF8.GetByteCount(target) > Entry.MaxTargetBytes)
            Unknown(listing, name, "the target of the link is not valid UTF-8 or is too long");
        else
            listing.Entries.Add(new NamedEntry(name, Entry.Symlink(target)));
    }

    /// <summary>Hashes a file that the index does not vouch for.</summary>
    internal void Hash(DirectoryListing listing, string name, FileHasher hasher, CancellationToken cancellation)
    {
        try
        {
            using var directory = root.Open(listing.Path);
            if (hasher.Hash(directory, name, cancellation) is not { } hashed)
            {
                Locked(listing, name, "it changes while it is being read");
                return;
            }
            var settled = ScanIndex.HasSettled(hashed.Stat.Fingerprint, startedNanoseconds);
            lock (listing)
                listing.AddFile(name, new IndexedFile(hashed.Stat.Fingerprint, hashed.Content, settled), hashed.Stat);
        }
        catch (FileOperationException e)
        {
            Locked(listing, name, e.Reason);
        }
    }

    private void Locked(DirectoryListing listing, string name, string reason)
    {
        lock (listing)
            Unknown(listing, name, reason);
    }

    private void Unknown(DirectoryListing listing, string name, string reason)
    {
        listing.Entries.Add(new NamedEntry(name, Entry.Unknown));
        report(new Problem(Join(listing.Path, name), reason));
    }

    private static string Join(DrivePath directory, string name) => directory.IsRoot ? name : $"{directory}/{name}";
}
