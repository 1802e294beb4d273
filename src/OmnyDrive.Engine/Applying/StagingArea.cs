using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using OmnyDrive.Chunking;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Where content waits, verified, on the file system of its root, until it is moved to its place by a rename. One area for one push or
/// pull; a lock on the directory says that its owner lives. What an owner leaves behind is taken over by the next, so that a transfer that was cut continues.
/// </summary>
internal sealed class StagingArea : IDisposable
{
    private readonly IDirectoryHandle _all;
    private readonly string _name;
    private readonly ConcurrentDictionary<ContentHash, int> _staged = new();
    private readonly ConcurrentDictionary<ContentHash, byte> _coming = new();
    private IReadOnlySet<string> _leftovers = new HashSet<string>();
    private IReadOnlyList<Change> _needing = [];
    private bool _isDone;

    private StagingArea(IDirectoryHandle all, string name, IDirectoryHandle directory) => (_all, _name, Directory) = (all, name, directory);

    /// <summary>The directory; a staged content has its hash as its name, unless it lies in a directory that is built here.</summary>
    internal IDirectoryHandle Directory { get; }

    /// <summary>The directories that are built here; null where none are.</summary>
    internal BuiltDirectories? Built { get; private set; }

    /// <summary>Makes an area for a transfer. Contents and parts that others left behind lie in it, not verified.</summary>
    internal static StagingArea Create(RootDirectory root, string name, TimeProvider time)
    {
        var area = CreateEmpty(root, name);
        try
        {
            area._leftovers = StagingLeftovers.Adopt(area._all, area.Directory, time);
            return area;
        }
        catch
        {
            area.Dispose();
            throw;
        }
    }

    /// <summary>Makes an area with nothing in it.</summary>
    internal static StagingArea CreateEmpty(RootDirectory root, string name)
    {
        var all = PrivateDirectory.OpenOrMake(root, RootLayout.Staging);
        try
        {
            var (own, directory) = StagingOwners.Make(all, name);
            return new StagingArea(all, own, directory);
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Says what the contents are for, before any comes: of what is new altogether, directories are built as they shall be (<see cref="BuiltDirectories"/>).
    /// </summary>
    internal void Expect(RootDirectory root, PlannedChanges planned)
    {
        // What a directory hands down to what is made in it, what is made here does not get, or gets from another.
        if (Directory.HandsDown())
            return;
        var known = new Dictionary<DrivePath, bool>();
        Built = BuiltDirectories.Begin(Directory, NewDirectories.Of(planned, CanHold));

        bool CanHold(DrivePath path) => known.TryGetValue(path, out var can) ? can : known[path] = IsPlain(root, path);
    }

    private static bool IsPlain(RootDirectory root, DrivePath path)
    {
        if (root.Stat(path) is not { Kind: FileKind.Directory })
            return false;
        using var directory = root.Open(path);
        return !directory.HandsDown();
    }

    /// <summary>
    /// Throws <c>no_space</c> where contents that are lacking would not find room, before any is sent. What an earlier transfer left of them has its room. That there is
    /// enough now is no promise.
    /// </summary>
    internal void RequireRoom(IEnumerable<ContentNeed> lacking)
    {
        var needed = lacking.Aggregate(0UL, (sum, need) => sum + (ulong)Math.Max(need.Size - (_leftovers.Count == 0 ? 0 : LeftOf(need.Hash)), 0));
        var free = Directory.FileSystem().FreeBytes;
        if (needed > (ulong)free)
            throw new FileOperationException(FileError.NoSpace, "stage content in", Directory.Path, $"{needed} bytes are to come, and {free} are free");
    }

    internal static string NameOf(ContentHash content) => content.Value.ToString();

    internal bool Has(ContentHash content) => Built?.Has(content) == true || _staged.ContainsKey(content);

    /// <summary>Says that a verified content lies under its name.</summary>
    internal void Add(ContentHash content) => _staged[content] = 1;

    /// <summary>
    /// Says that a content is being written, until <see cref="Release"/>. Of two that write one, the first would be verified and what the second wrote would lie there; so
    /// the second throws <c>protocol_error</c>.
    /// </summary>
    internal void Claim(ContentHash content)
    {
        if (!_coming.TryAdd(content, 0))
            throw DriveException.Protocol($"The content {content.Value} comes twice at once.");
    }

    internal void Release(ContentHash content) => _coming.TryRemove(content, out _);

    private long LeftOf(ContentHash content) =>
        new[] { NameOf(content), StagingLeftovers.PartOf(content) }.Sum(name => _leftovers.Contains(name) ? Directory.Stat(name)?.Size ?? 0 : 0);

    /// <summary>Whether an earlier transfer left that content, whole.</summary>
    internal bool HasLeftover(ContentHash content) => _leftovers.Count > 0 && _leftovers.Contains(NameOf(content));

    /// <summary>Verifies a small content that an earlier transfer left, and takes it; one that is not what its name says is removed.</summary>
    /// <param name="need">The content.</param>
    /// <param name="buffer">Room for it.</param>
    internal bool TryTakeLeftover(ContentNeed need, byte[] buffer)
    {
        // Looked for once already, a damaged one is gone.
        if (!HasLeftover(need.Hash) || Directory.Stat(NameOf(need.Hash)) is null)
            return false;
        var bytes = buffer.AsSpan(0, (int)need.Size);
        bool isWhole;
        using (var file = Directory.OpenRead(NameOf(need.Hash)))
            isWhole = new FileSource(Directory, file).Fill(bytes, 0) == need.Size && Directory.Stat(file).Size == need.Size && Hash256.Of(bytes) == need.Hash.Value;
        // Its bytes are taken and not the file: it may have got the owner and the attributes of one that it was to replace.
        Directory.RemoveFile(NameOf(need.Hash));
        if (isWhole)
            Write(need.Hash, bytes);
        return isWhole;
    }

    /// <summary>Stages a content that was verified.</summary>
    internal void Write(ContentHash content, ReadOnlySpan<byte> bytes)
    {
        using var file = Begin(content);
        file.Write(bytes, 0);
        End(content, file);
    }

    private ArrivingFile Begin(ContentHash content)
    {
        if (Built?.TryBegin(content) is { } file)
            return file;
        var name = NameOf(content);
        return new ArrivingFile(new FilePlace(Directory, name), CreateAnew(name));
    }

    private void End(ContentHash content, ArrivingFile file)
    {
        if (file.Place.Directory != Directory)
        {
            if (Built!.TryEnd(content, file))
                return;
            file.Place.Directory.RenameReplacing(file.Place.Name, Directory, NameOf(content));
        }
        Add(content);
    }

    /// <summary>
    /// Takes one whole content and verifies it. Null when it is staged; else why it is not, and nothing of it is left.
    /// </summary>
    internal async Task<string?> StageAsync(ContentStream content, ContentNeed need, StagingBuffer buffer, Action<int>? onBytes, CancellationToken cancellation)
    {
        if (Has(need.Hash))
            return await DrainAsync(content, buffer, cancellation);
        Claim(need.Hash);
        try
        {
            // It may have been staged since.
            return Has(need.Hash)
                ? await DrainAsync(content, buffer, cancellation)
                : await WriteAsync(content, need, buffer, onBytes, cancellation);
        }
        finally
        {
            Release(need.Hash);
        }
    }

    private async Task<string?> WriteAsync(ContentStream content, ContentNeed need, StagingBuffer buffer, Action<int>? onBytes, CancellationToken cancellation)
    {
        var problem = "the transfer was interrupted";
        using var file = Begin(need.Hash);
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
                file.Write(buffer.Bytes.AsSpan(0, read), length);
                length += read;
                onBytes?.Invoke(read);
            }
            problem = Verdict(content, need, length, buffer.Hasher);
        }
        finally
        {
            if (problem is not null)
                file.Remove();
        }
        if (problem is null)
            End(need.Hash, file);
        return problem;
    }

    /// <summary>
    /// The name in <see cref="Directory"/> of a file of that content, to be moved to its place: a copy while further paths need it, for the last
    /// the staged file itself. Safe for concurrent use as long as nothing is moved away.
    /// </summary>
    internal string Take(ContentHash content)
    {
        if (IsBuilt(content))
            return Built!.With(content, file => Copy(file.Directory, file.Name));
        var left = _staged.AddOrUpdate(content, -1, (_, uses) => uses - 1);
        if (left < 0)
            throw new InvalidOperationException($"The content {content.Value} is not staged.");
        return left == 0 ? NameOf(content) : Copy(Directory, NameOf(content));
    }

    /// <summary>Where a staged content lies.</summary>
    internal FilePlace FileOf(ContentHash content) => IsBuilt(content) ? Built!.FileOf(content) : new FilePlace(Directory, NameOf(content));

    // Here in no other way.
    private bool IsBuilt(ContentHash content) => Built?.Has(content) == true && !_staged.ContainsKey(content);

    /// <summary>Says which changes the contents are for, when all have come and before any is taken: completes the directories that are built.</summary>
    internal void SetUses(IReadOnlyList<Change> needing)
    {
        _needing = needing;
        Built?.Fill(needing, content => new FilePlace(Directory, NameOf(content)));
        foreach (var built in _staged.Keys.Where(content => Built?.Has(content) == true))
            _staged.TryRemove(built, out _);
        Dissolve();
    }

    /// <summary>Gives up the directories that are built where something is in their places, before any content is taken.</summary>
    internal void GiveUpWhere(Predicate<DrivePath> isTaken)
    {
        if (Built is null)
            return;
        Built.GiveUpWhere(isTaken);
        Dissolve();
    }

    private void Dissolve()
    {
        Built?.Dissolve(content => _staged.ContainsKey(content) ? null : new FilePlace(Directory, NameOf(content)), Add);
        foreach (var group in _needing.Where(change => Built?.IsInWhole(change.Path) is not true).GroupBy(change => change.To!.ContentHash).Where(group => !IsBuilt(group.Key)))
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
    internal void Flush() => Durability.Flush(Directory, _staged.Keys.Select(NameOf), Built, _staged.Count);

    /// <summary>Says that what this area was made for is done: nothing that it staged is of use any more.</summary>
    internal void Complete() => _isDone = true;

    /// <summary>Gives the area up. What it staged is left for the next, unless <see cref="Complete"/> was called.</summary>
    public void Dispose()
    {
        Built?.Dispose();
        BuiltLeftovers.Clear(Directory, withFiles: _isDone);
        StagingLeftovers.Leave(_all, _name, Directory, content => !_isDone || !Has(content));
        Directory.Dispose();
        _all.Dispose();
    }

    // What lies there is of a transfer before this one and was found to be of no use.
    private SafeFileHandle CreateAnew(string name)
    {
        try
        {
            return Directory.CreateNew(name, FileModes.PrivateFile);
        }
        catch (FileOperationException e) when (e.Error == FileError.Exists)
        {
            Directory.RemoveFile(name);
            return Directory.CreateNew(name, FileModes.PrivateFile);
        }
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
