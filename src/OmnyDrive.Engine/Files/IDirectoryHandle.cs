using Microsoft.Win32.SafeHandles;

namespace OmnyDrive.Engine.Files;

/// <summary>
/// Everything the engine does to a file system, relative to one open directory. A name is one component; no operation follows a
/// symbolic link, so nothing outside the directory is ever reached. Failures throw <see cref="FileOperationException"/>.
/// </summary>
internal interface IDirectoryHandle : IDisposable
{
    /// <summary>For messages.</summary>
    string Path { get; }

    /// <summary>The directory itself.</summary>
    FileStat Stat();

    /// <summary>A time, in nanoseconds since 1970, that no change made here from now on is stamped earlier than.</summary>
    long ChangesFromNow();

    /// <summary>A name in it; null where there is nothing.</summary>
    FileStat? Stat(string name);

    /// <summary>The same for a name as its UTF-8 bytes; false where there is nothing.</summary>
    bool TryStat(ReadOnlySpan<byte> name, out FileStat stat);

    /// <summary>Adds all names but <c>.</c> and <c>..</c>, in no order, perhaps one twice.</summary>
    void List(NameList into);

    /// <summary>
    /// Whether what is made in it gets something from it that it would not get elsewhere: its group, because its set-group-ID bit is set, or an access control list.
    /// </summary>
    bool HandsDown();

    /// <summary>What its file system is like.</summary>
    FileSystemFacts FileSystem();

    /// <summary>Opens a directory in it; not found and not-a-directory (a link is none) throw.</summary>
    IDirectoryHandle OpenDirectory(string name);

    /// <summary>
    /// Opens a directory below it by a path of names joined by slashes, as UTF-8; itself for the empty path. A link on the way is <see cref="FileError.Loop"/> (or
    /// not a directory), another file system <see cref="FileError.CrossDevice"/>.
    /// </summary>
    IDirectoryHandle OpenBelow(ReadOnlyMemory<byte> path);

    /// <summary>Opens a file for reading; a link or FIFO throws and does not block.</summary>
    SafeFileHandle OpenRead(string name);

    /// <summary>Makes a file that was not there, for writing.</summary>
    SafeFileHandle CreateNew(string name, uint mode);

    /// <summary>Opens or makes a file for locking, never truncating it.</summary>
    SafeFileHandle OpenOrCreate(string name, uint mode);

    /// <summary>Makes a directory that was not there; the umask applies.</summary>
    void MakeDirectory(string name, uint mode);

    /// <summary>Moves a name to a place where nothing is.</summary>
    void RenameNoReplace(string name, IDirectoryHandle toDirectory, string toName);

    /// <summary>Moves a name over whatever file is there; for files that nobody but OmnyDrive writes.</summary>
    void RenameReplacing(string name, IDirectoryHandle toDirectory, string toName);

    /// <summary>Swaps two names in one step.</summary>
    void Exchange(string name, IDirectoryHandle otherDirectory, string otherName);

    /// <summary>Removes a name that is not a directory.</summary>
    void RemoveFile(string name);

    /// <summary>Removes an empty directory.</summary>
    void RemoveDirectory(string name);

    /// <summary>The target of a link; null where its bytes are not UTF-8.</summary>
    string? ReadLink(string name);

    /// <summary>Makes a link that was not there.</summary>
    void MakeSymlink(string name, string target);

    /// <summary>Sets the mtime, in nanoseconds since 1970; the atime stays.</summary>
    void SetModified(string name, long nanoseconds);

    /// <summary>Reads from an open file at an offset; 0 at its end.</summary>
    int Read(SafeFileHandle file, Span<byte> buffer, long offset);

    /// <summary>Writes all bytes to an open file at an offset.</summary>
    void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Copies bytes from one open file into another; how many: fewer than <paramref name="length"/> where the first file ends before.</summary>
    long CopyRange(SafeFileHandle from, long offset, SafeFileHandle to, long toOffset, long length);

    /// <summary>What is open.</summary>
    FileStat Stat(SafeFileHandle file);

    /// <summary>Sets the permission bits of an open file.</summary>
    void SetMode(SafeFileHandle file, uint mode);

    /// <summary>Sets the owner of an open file.</summary>
    void SetOwner(SafeFileHandle file, uint owner, uint group);

    /// <summary>
    /// Gives an open file the extended attributes of another, access control lists among them; not those that grant its content rights. What the
    /// file system or the user's rights do not permit is left out.
    /// </summary>
    void CopyAttributes(SafeFileHandle from, SafeFileHandle to);

    /// <summary>Makes an open file's content durable.</summary>
    void Sync(SafeFileHandle file);

    /// <summary>Makes the names in this directory durable.</summary>
    void Sync();

    /// <summary>Makes all of this file system durable.</summary>
    void SyncFileSystem();

    /// <summary>Takes an exclusive advisory lock that ends with the handle or the process; false where another holds it.</summary>
    bool TryLock(SafeFileHandle file);

    /// <summary>
    /// Gives the lock back. Closing the file is not enough: a child process that is being started at this moment has a copy of its descriptor.
    /// </summary>
    void Unlock(SafeFileHandle file);

    /// <summary>The same lock, on the directory itself, given back when this is disposed.</summary>
    bool TryLock();
}
