using System.Buffers.Binary;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Conflicts;

/// <summary>
/// What small text files of a mount held when they were last agreed on, one behind the other in <c>.omnydrive/bases</c>: so that a text that both owners changed in place can still be merged. Bounded, and a cache:
/// what is not here any more is only not to be had. A record is a hash (32 bytes), a length (4, big-endian) and the bytes, which are verified when they are read. The caller holds the sync lock to write.
/// </summary>
internal sealed class BaseStore(RootDirectory root)
{
    /// <summary>The largest file that is kept, in bytes.</summary>
    internal const int LargestFile = 64 << 10;

    private const long MostBytes = 32L << 20;
    private const int HeadSize = Hash256.Size + sizeof(int);
    private const int LookedAt = 8000;

    /// <summary>Keeps what these paths of the mount hold, as far as it is small text and there is room; the last come first. A path that holds something else by now is left out.</summary>
    internal void Keep(IReadOnlyList<(DrivePath Path, Entry File)> agreed, long mostBytes)
    {
        var small = agreed.Where(file => file.File.Size is > 0 and <= LargestFile).ToList();
        if (small.Count == 0)
            return;
        try
        {
            using var own = PrivateDirectory.OpenOrMake(root);
            MakeRoom(own, Math.Min(mostBytes, small.Sum(file => file.File.Size + HeadSize)));
            using var store = own.OpenOrCreate(RootLayout.Bases, FileModes.PrivateFile);
            var size = own.Stat(store).Size;
            // A record that was not written whole is written over.
            var end = Records(own, store).Select(kept => kept.Offset + kept.Length).TakeWhile(kept => kept <= size).LastOrDefault();
            var record = new byte[HeadSize + LargestFile];
            foreach (var (path, file) in small)
            {
                if (mostBytes < HeadSize + file.Size)
                    break;
                if (!TryRead(path, file, record))
                    continue;
                own.Write(store, record.AsSpan(0, HeadSize + (int)file.Size), end);
                end += HeadSize + file.Size;
                mostBytes -= HeadSize + file.Size;
            }
        }
        catch (FileOperationException)
        {
            // On a full disk, for one: a merge of these texts will say that there is no base.
        }
    }

    /// <summary>The contents that are kept, of those that are wanted.</summary>
    internal IReadOnlyDictionary<ContentHash, byte[]> Find(IReadOnlySet<ContentHash> wanted)
    {
        var found = new Dictionary<ContentHash, byte[]>();
        if (wanted.Count == 0 || root.Stat(RootLayout.Private.Append(RootLayout.Bases)) is not { Kind: FileKind.File })
            return found;
        using var own = PrivateDirectory.OpenOrMake(root);
        using var store = own.OpenRead(RootLayout.Bases);
        foreach (var (hash, offset, length) in Records(own, store))
        {
            if (!wanted.Contains(hash) || found.ContainsKey(hash))
                continue;
            var bytes = new byte[length];
            if (own.Read(store, bytes, offset) == length && Hash256.Of(bytes) == hash.Value)
                found[hash] = bytes;
        }
        return found;
    }

    private static IEnumerable<(ContentHash Hash, long Offset, int Length)> Records(IDirectoryHandle own, Microsoft.Win32.SafeHandles.SafeFileHandle store)
    {
        var head = new byte[HeadSize];
        for (long at = 0; own.Read(store, head, at) == HeadSize;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(Hash256.Size));
            // What is damaged ends it.
            if (length is <= 0 or > LargestFile)
                yield break;
            yield return (new ContentHash(new Hash256(head.AsSpan(0, Hash256.Size))), at + HeadSize, length);
            at += HeadSize + length;
        }
    }

    // The older half goes when it is full.
    private static void MakeRoom(IDirectoryHandle own, long needed)
    {
        if (own.Stat(RootLayout.Bases) is not { } stat || stat.Size + needed <= MostBytes)
            return;
        const string temporary = RootLayout.Bases + ".new";
        if (own.Stat(temporary) is not null)
            own.RemoveFile(temporary);
        using (var store = own.OpenRead(RootLayout.Bases))
        using (var kept = own.CreateNew(temporary, FileModes.PrivateFile))
        {
            var from = Records(own, store).Where(record => stat.Size - record.Offset <= (MostBytes - needed) / 2).Select(record => record.Offset - HeadSize).DefaultIfEmpty(stat.Size).First();
            own.CopyRange(store, from, kept, 0, stat.Size - from);
        }
        own.RenameReplacing(temporary, own, RootLayout.Bases);
    }

    private bool TryRead(DrivePath path, Entry file, byte[] record)
    {
        try
        {
            var bytes = record.AsSpan(HeadSize, (int)file.Size);
            var holder = root.Holder(path);
            using var open = holder.OpenRead(path.Name);
            if (holder.Read(open, bytes, 0) != bytes.Length || bytes[..Math.Min(LookedAt, bytes.Length)].Contains((byte)0) || Hash256.Of(bytes) != file.ContentHash.Value)
                return false;
            file.ContentHash.Value.CopyTo(record);
            BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(Hash256.Size), bytes.Length);
            return true;
        }
        catch (FileOperationException)
        {
            return false;
        }
    }
}
