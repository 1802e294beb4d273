using System.Text;
using OmnyDrive.Engine.Scanning.Index;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Transfer;

/// <summary>Finds contents among the files that a scan saw: what lies somewhere in the drive already need not be sent.</summary>
internal static class LocalContents
{
    /// <summary>Of each wanted content that the index has, one path. One pass over all records; costs nothing where nothing is wanted.</summary>
    internal static IReadOnlyDictionary<ContentHash, DrivePath> Find(ScanIndex index, IReadOnlyDictionary<ContentHash, long> wanted)
    {
        var found = new Dictionary<ContentHash, DrivePath>();
        if (wanted.Count == 0 || index.Totals.Files == 0)
            return found;
        var places = new (int Parent, int Name)[index.Directories];
        // Numbers grow on the way down: whoever holds a directory has been looked at before it.
        for (var number = 0; number < places.Length && found.Count < wanted.Count; number++)
        {
            var block = index.Block(index.Directory(number));
            for (var i = 0; i < block.Records.Length; i++)
            {
                ref readonly var record = ref block.Records[i];
                if (record.IsDirectory)
                    places[ScanIndex.Child(number, record)] = (number, i);
                else if (record.Kind == RecordKind.File && wanted.TryGetValue(new ContentHash(record.Hash), out var size) && size == record.Size)
                    found.TryAdd(new ContentHash(record.Hash), PathOf(index, places, number).Append(Encoding.UTF8.GetString(block.Name(record))));
            }
        }
        GC.KeepAlive(index);
        return found;
    }

    private static DrivePath PathOf(ScanIndex index, (int Parent, int Name)[] places, int directory)
    {
        if (directory == 0)
            return DrivePath.Root;
        var (parent, name) = places[directory];
        var block = index.Block(index.Directory(parent));
        return PathOf(index, places, parent).Append(Encoding.UTF8.GetString(block.Name(block.Records[name])));
    }
}
