using System.Security.Cryptography;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Git;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>The contents that Git LFS keeps in a repository on this machine, where git-lfs itself has them: <c>lfs/objects/ab/cd/abcd…</c>.</summary>
/// <param name="repository">The repository, which all its work trees share.</param>
internal sealed class LargeFileStore(string repository)
{
    private const string Area = "lfs";
    private const string Prefix = "omnydrive-";
    private const int BufferSize = 128 << 10;

    // Whatever was not written to for so long nobody writes any more.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Whether a content is here, by its id and size.</summary>
    internal bool Has(GitLargeFile file)
    {
        using var root = RootDirectory.OpenAt(repository);
        return IsHere(root, file);
    }

    /// <summary>Opens a content; null where it is not here. The caller disposes it.</summary>
    internal Stream? Open(GitLargeFile file)
    {
        using var root = RootDirectory.OpenAt(repository);
        var path = PathOf(file);
        return IsHere(root, file) ? new FileStream(root.Holder(path).OpenRead(path.Name), FileAccess.Read, BufferSize) : null;
    }

    /// <summary>Takes a content in; it is durable, and is what its id says, when this returns. One that is here stays, unless it is not what its id says. Throws <c>content_mismatch</c> where the bytes are others.</summary>
    internal async Task AddAsync(GitLargeFile file, Stream content, CancellationToken cancellation)
    {
        using var root = RootDirectory.OpenAt(repository);
        using var area = Roots.PrivateDirectory.OpenOrMake(root.Top, Area);
        using var arriving = Roots.PrivateDirectory.OpenOrMake(area, "tmp");
        RemoveLeftovers(arriving);
        var name = $"{Prefix}{Guid.NewGuid():N}";
        try
        {
            using (var to = arriving.CreateNew(name, FileModes.PrivateFile))
            {
                await WriteAsync(file, content, (bytes, offset) => arriving.Write(to, bytes.Span, offset), cancellation);
                arriving.Sync(to);
            }
            Place(area, arriving, name, file);
        }
        finally
        {
            if (arriving.Stat(name) is not null)
                arriving.RemoveFile(name);
        }
    }

    // What came in part when a server was killed.
    private static void RemoveLeftovers(IDirectoryHandle arriving)
    {
        var oldest = (DateTimeOffset.UtcNow - Kept - DateTimeOffset.UnixEpoch).Ticks * 100;
        foreach (var listed in arriving.List().Where(listed => listed.IsText && listed.Name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (arriving.Stat(listed.Name) is { Kind: FileKind.File, Modified: var modified } && modified < oldest)
                arriving.RemoveFile(listed.Name);
        }
    }

    private static bool IsHere(RootDirectory root, GitLargeFile file) => root.Stat(PathOf(file)) is { Kind: FileKind.File, Size: var size } && size == file.Size;

    private static async Task WriteAsync(GitLargeFile file, Stream content, Action<ReadOnlyMemory<byte>, long> write, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        var length = 0L;
        for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0; length += read)
        {
            if (length + read > file.Size)
                throw Mismatch(file);
            hash.AppendData(buffer, 0, read);
            write(buffer.AsMemory(0, read), length);
        }
        if (length != file.Size || Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Id)
            throw Mismatch(file);
    }

    private static void Place(IDirectoryHandle area, IDirectoryHandle arriving, string name, GitLargeFile file)
    {
        using var objects = Roots.PrivateDirectory.OpenOrMake(area, "objects");
        using var first = Roots.PrivateDirectory.OpenOrMake(objects, file.Id[..2]);
        using var second = Roots.PrivateDirectory.OpenOrMake(first, file.Id[2..4]);
        try
        {
            arriving.RenameNoReplace(name, second, file.Id);
        }
        catch (FileOperationException e) when (e.Error == FileError.Exists)
        {
            // Another brought it meanwhile, or what is there was damaged, as by a power cut.
            if (!IsWhole(second, file))
                arriving.RenameReplacing(name, second, file.Id);
        }
        second.Sync();
        first.Sync();
        objects.Sync();
    }

    private static bool IsWhole(IDirectoryHandle directory, GitLargeFile file)
    {
        if (directory.Stat(file.Id) is not { Kind: FileKind.File, Size: var size } || size != file.Size)
            return false;
        using var content = new FileStream(directory.OpenRead(file.Id), FileAccess.Read, BufferSize);
        return Convert.ToHexStringLower(SHA256.HashData(content)) == file.Id;
    }

    private static DrivePath PathOf(GitLargeFile file) => DrivePath.Parse($"{Area}/objects/{file.Id[..2]}/{file.Id[2..4]}/{file.Id}");

    private static DriveException Mismatch(GitLargeFile file) => new(ErrorCode.ContentMismatch, $"What came for the file {file.Id} of Git LFS is something else. Nothing of it was kept.", "Send it again.");
}
