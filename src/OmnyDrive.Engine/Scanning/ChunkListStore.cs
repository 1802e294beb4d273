using System.Security.Cryptography;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Keeps chunk lists on disk, each named by its content. A disposable cache: a list that is missing, damaged, foreign or cannot be written costs
/// time, never correctness. Safe for concurrent use, also by several processes.
/// </summary>
/// <param name="directory">Where; made when the first list is kept, for its owner only.</param>
/// <param name="keys">The endpoint's; lists under others are not read.</param>
/// <param name="time">Says when a list was used.</param>
/// <param name="capacity">Bytes that all lists together may take; those not used for longest go first.</param>
internal sealed class ChunkListStore(string directory, ChunkKeys keys, TimeProvider time, long capacity = ChunkListStore.DefaultCapacity)
{
    internal const long DefaultCapacity = 256L << 20;

    // Enumerating costs a look at each list, so it is done at a process's first list, and again after so much was added: with others who add too,
    // the capacity is overrun by a sixteenth for each process at most.
    private readonly long _mostBetweenSweeps = capacity / 16;

    private readonly Lock _gate = new();
    private long _untilSweep;

    internal ChunkKeys Keys => keys;

    /// <summary>The list of a content; null where there is none that can be trusted.</summary>
    internal ChunkList? Find(ContentHash content)
    {
        try
        {
            using var file = new FileStream(PathOf(content), new FileStreamOptions { BufferSize = 0, Share = FileShare.Read | FileShare.Delete });
            if (file.Length > ChunkListFormat.MaxSize)
                return null;
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return ChunkListFormat.Decode(bytes, content, keys);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a list; a failure is not worth failing for. The list that it takes the place of is the next to go.</summary>
    internal void Keep(ChunkList list, ContentHash? replaced)
    {
        var path = PathOf(list.Content);
        try
        {
            Write(path, ChunkListFormat.Encode(list, keys));
            if (replaced is { } old && old != list.Content && File.Exists(PathOf(old)))
                File.SetLastWriteTimeUtc(PathOf(old), DateTime.UnixEpoch);
            SweepSometimes(new FileInfo(path).Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without the list the next change of the file is hashed in full.
        }
    }

    /// <summary>Says that a list was of use as it is.</summary>
    internal void Touch(ContentHash content)
    {
        try
        {
            File.SetLastWriteTimeUtc(PathOf(content), time.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Swept meanwhile, or kept where nothing can be written: it goes earlier than it should.
        }
    }

    internal string PathOf(ContentHash content)
    {
        var name = content.Value.ToString();
        return Path.Combine(directory, name[..2], name);
    }

    // Not made durable: half a list has no valid code and is not read.
    private void Write(string path, byte[] bytes)
    {
        MakePrivate(directory);
        MakePrivate(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.new";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(temporary, options))
                file.Write(bytes);
            File.SetLastWriteTimeUtc(temporary, time.GetUtcNow().UtcDateTime);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void SweepSometimes(long added)
    {
        lock (_gate)
        {
            _untilSweep -= added;
            if (_untilSweep > 0)
                return;
            var left = Sweep();
            _untilSweep = Math.Min(_mostBetweenSweeps, capacity - left);
        }
    }

    // Lists that were being written when their process was killed are swept like others.
    private long Sweep()
    {
        var files = new DirectoryInfo(directory)
            .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc))
            .ToList();
        var total = files.Sum(file => file.Length);
        if (total <= capacity)
            return total;
        foreach (var file in files.OrderBy(file => file.LastWriteTimeUtc))
        {
            File.Delete(file.FullName);
            total -= file.Length;
            if (total <= capacity - _mostBetweenSweeps)
                break;
        }
        return total;
    }
}
