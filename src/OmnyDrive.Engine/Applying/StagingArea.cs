using System.Collections.Concurrent;
using OmnyDrive.Chunking;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Where content waits, verified, on the file system of its root, until it is moved to its place by a rename. One area for one push or
/// pull; a lock on the directory says that its owner lives, and whoever finds one without a living owner clears it away.
/// </summary>
internal sealed class StagingArea : IDisposable
{
    private readonly IDirectoryHandle _all;
    private readonly string _name;
    private readonly ConcurrentDictionary<ContentHash, int> _staged = new();

    private StagingArea(IDirectoryHandle all, string name, IDirectoryHandle directory) => (_all, _name, Directory) = (all, name, directory);

    /// <summary>The directory; a staged content has its hash as its name.</summary>
    internal IDirectoryHandle Directory { get; }

    /// <summary>Makes an area and clears away those whose owners are gone.</summary>
    internal static StagingArea Create(RootDirectory root, string name)
    {
        var all = PrivateDirectory.OpenOrMake(root, RootLayout.Staging);
        try
        {
            StagingOwners.ClearAbandoned(all);
            var (own, directory) = StagingOwners.Make(all, name);
            return new StagingArea(all, own, directory);
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    /// <summary>Throws <c>no_space</c> where the contents would not find room, before any is sent. That they do now is no promise.</summary>
    internal static void RequireRoom(RootDirectory root, IEnumerable<long> sizes)
    {
        var needed = sizes.Aggregate(0UL, (sum, size) => sum + (ulong)size);
        var free = root.Top.FileSystem().FreeBytes;
        if (needed > (ulong)free)
            throw new FileOperationException(FileError.NoSpace, "stage content in", root.Top.Path, $"{needed} bytes are to come, and {free} are free");
    }

    /// <summary>Clears away areas in a root whose owners are gone.</summary>
    internal static void ClearAbandoned(RootDirectory root)
    {
        using var own = PrivateDirectory.OpenOrMake(root);
        if (own.Stat(RootLayout.Staging) is null)
            return;
        using var all = own.OpenDirectory(RootLayout.Staging);
        StagingOwners.ClearAbandoned(all);
    }

    internal static string NameOf(ContentHash content) => content.Value.ToString();

    internal bool Has(ContentHash content) => _staged.ContainsKey(content);

    /// <summary>
    /// Takes one content and verifies it. Null when it is staged; else why it is not, and nothing of it is left.
    /// </summary>
    internal async Task<string?> StageAsync(ContentStream content, ContentNeed need, StagingBuffer buffer, Action<int>? onBytes, CancellationToken cancellation)
    {
        if (_staged.ContainsKey(need.Hash))
            return await DrainAsync(content, buffer, cancellation);
        var name = NameOf(need.Hash);
        var problem = "the transfer was interrupted";
        using var file = Directory.CreateNew(name, FileModes.PrivateFile);
        try
        {
            buffer.Hasher.Reset();
            long length = 0;
            int read;
            while ((read = await content.ReadAsync(buffer.Bytes, cancellation)) > 0)
            {
                if (length + read > need.Size)
                    return problem = $"more than the declared {need.Size} bytes arrived";
                buffer.Hasher.Append(buffer.Bytes.AsSpan(0, read));
                Directory.Write(file, buffer.Bytes.AsSpan(0, read), length);
                length += read;
                onBytes?.Invoke(read);
            }
            problem = Verdict(content, need, length, buffer.Hasher);
        }
        finally
        {
            if (problem is not null)
                Directory.RemoveFile(name);
        }
        if (problem is null)
            _staged[need.Hash] = 1;
        return problem;
    }

    /// <summary>
    /// The name in <see cref="Directory"/> of a file of that content, to be moved to its place: a copy while further paths need it, in the
    /// end the staged file itself.
    /// </summary>
    internal string Take(ContentHash content)
    {
        if (!_staged.TryGetValue(content, out var uses) || uses == 0)
            throw new InvalidOperationException($"The content {content.Value} is not staged.");
        _staged[content] = uses - 1;
        return uses == 1 ? NameOf(content) : Copy(Directory, NameOf(content));
    }

    /// <summary>Says how many paths need a content, before any is taken.</summary>
    internal void SetUses(IEnumerable<ContentHash> contents)
    {
        foreach (var group in contents.GroupBy(content => content))
            _staged[group.Key] = group.Count();
    }

    /// <summary>Copies a file into the area; returns the name of the copy.</summary>
    internal string Copy(IDirectoryHandle directory, string name)
    {
        var copy = $"copy.{Guid.NewGuid():N}";
        using var from = directory.OpenRead(name);
        using var to = Directory.CreateNew(copy, FileModes.PrivateFile);
        Directory.CopyRange(from, 0, to, 0, Directory.Stat(from).Size);
        Directory.Sync(to);
        return copy;
    }

    /// <summary>Makes durable what is staged.</summary>
    internal void Flush(int files) => Durability.Flush(Directory, _staged.Keys.Select(NameOf), files);

    /// <summary>Removes the area and what is still in it.</summary>
    public void Dispose()
    {
        StagingOwners.Remove(_all, _name, Directory);
        Directory.Dispose();
        _all.Dispose();
    }

    private static string? Verdict(ContentStream content, ContentNeed need, long length, ContentHasher hasher)
    {
        if (content.Outcome != ContentOutcome.Complete || length != need.Size)
            return "it changed or vanished while it was being sent";
        return hasher.Finish() == need.Hash ? null : "what arrived does not have the expected hash";
    }

    private static async Task<string?> DrainAsync(ContentStream content, StagingBuffer buffer, CancellationToken cancellation)
    {
        while (await content.ReadAsync(buffer.Bytes, cancellation) > 0)
        {
            // It is here already; the stream must be read to reach what follows.
        }
        return null;
    }
}

/// <summary>What one thread of staging needs, used for one content after the other.</summary>
internal sealed class StagingBuffer : IDisposable
{
    internal byte[] Bytes { get; } = new byte[256 << 10];

    internal ContentHasher Hasher { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => Hasher.Dispose();
}
