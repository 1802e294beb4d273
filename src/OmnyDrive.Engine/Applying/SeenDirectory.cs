using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Compares a directory with what a scan saw in it: every name, every file and link, on all cores. It may lie elsewhere by now, for a rename changes the times of the directory that is
/// renamed and of nothing below.
/// </summary>
/// <param name="index">What the scan saw.</param>
/// <param name="isAsSeen">Whether a file is what it was.</param>
internal sealed class SeenDirectory(ScanIndex index, Func<Fingerprint, FileStat, bool> isAsSeen)
{
    /// <summary>Throws <see cref="PreconditionException"/> where something is not what the scan saw, or something is there that it did not see.</summary>
    /// <param name="root">The root.</param>
    /// <param name="was">Where the scan saw it.</param>
    /// <param name="now">Where it is.</param>
    internal void Require(RootDirectory root, DrivePath was, DrivePath now)
    {
        var top = new Place(index.Find(was) ?? throw SeenPaths.Changed(was), was, now);
        new WorkQueue<Place>([top]).Run(() => new NameList(), (names, place, found) => Require(root, place, names, found), CancellationToken.None);
        GC.KeepAlive(index);
    }

    private void Require(RootDirectory root, Place place, NameList names, List<Place> found)
    {
        try
        {
            using var directory = root.Open(place.Now);
            var (record, stat) = (index.Directory(place.Number), directory.Stat());
            var block = index.Block(record);
            if (!record.VouchesForNames(stat, record.Rules) && !HoldsTheSame(directory, block, names))
                throw SeenPaths.Changed(place.Was);
            foreach (ref readonly var known in block.Records)
            {
                if (known.IsDirectory)
                    found.Add(place.Below(ScanIndex.Child(place.Number, known), ListedName.Of(block.Name(known)).Name));
                else if (!directory.TryStat(block.Name(known), out var file) || !isAsSeen(known.Fingerprint, file))
                    throw SeenPaths.Changed(place.Was.Append(ListedName.Of(block.Name(known)).Name));
            }
        }
        catch (FileOperationException e) when (e.Error is FileError.NotFound or FileError.NotADirectory or FileError.Loop)
        {
            throw SeenPaths.Changed(place.Was);
        }
    }

    private static bool HoldsTheSame(IDirectoryHandle directory, DirectoryBlock block, NameList names)
    {
        names.Clear();
        directory.List(names);
        names.Sort();
        if (names.Count != block.Records.Length)
            return false;
        for (var i = 0; i < names.Count; i++)
        {
            if (!names[i].SequenceEqual(block.Name(block.Records[i])))
                return false;
        }
        return true;
    }

    private readonly record struct Place(int Number, DrivePath Was, DrivePath Now)
    {
        internal Place Below(int number, string name) => new(number, Was.Append(name), Now.Append(name));
    }
}
