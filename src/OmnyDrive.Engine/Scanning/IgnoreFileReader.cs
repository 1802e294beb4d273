using System.IO.Hashing;
using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Reads the ignore files of directories. One that is there and cannot be read makes its directory unreadable: without its patterns, what somebody wanted to
/// leave out would be served. For one thread.
/// </summary>
internal sealed class IgnoreFileReader(ScanRun run)
{
    internal delegate bool Holds(ReadOnlySpan<byte> name);

    /// <summary>
    /// Names the files that are ignore files. Where it is another, what an index says of a directory's names is not enough: an ignore file may be among those
    /// that were left out.
    /// </summary>
    internal static ulong Identity(FilterOptions options) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(string.Join('\0', options.IgnoreFileNames)));

    internal bool IsOne(ReadOnlySpan<byte> name)
    {
        foreach (var (_, bytes) in run.IgnoreNames)
        {
            if (name.SequenceEqual(bytes))
                return true;
        }
        return false;
    }

    /// <summary>The ignore files of a directory, lowest precedence first.</summary>
    internal IReadOnlyList<(byte[] Name, IgnoreFile File)> Read(IDirectoryHandle directory, Holds holds)
    {
        List<(byte[], IgnoreFile)>? files = null;
        foreach (var (text, bytes) in run.IgnoreNames)
        {
            if (holds(bytes) && Read(directory, text) is { } file)
                (files ??= []).Add((bytes, file));
        }
        return files ?? (IReadOnlyList<(byte[], IgnoreFile)>)[];
    }

    // A directory of that name is no ignore file; nor is a link, but it may have been meant as one.
    private static IgnoreFile? Read(IDirectoryHandle directory, string name)
    {
        try
        {
            using var file = directory.OpenRead(name);
            var stat = directory.Stat(file);
            if (stat.Kind == FileKind.Directory)
                return null;
            if (stat.Kind != FileKind.File)
                throw Unreadable(directory, name, "it is no file");
            if (stat.Size > IgnoreFile.MaxBytes)
                throw Unreadable(directory, name, $"it has more than {IgnoreFile.MaxBytes} bytes");
            return IgnoreFile.Parse(Content(directory, file, (int)stat.Size));
        }
        catch (DriveException e) when (e is not FileOperationException)
        {
            throw Unreadable(directory, name, e.Message);
        }
        catch (FileOperationException e) when (e.Error == FileError.Loop)
        {
            throw Unreadable(directory, name, "it is a link, and links are not followed");
        }
    }

    private static byte[] Content(IDirectoryHandle directory, Microsoft.Win32.SafeHandles.SafeFileHandle file, int size)
    {
        var content = new byte[size];
        int length = 0, read;
        while (length < size && (read = directory.Read(file, content.AsSpan(length), length)) > 0)
            length += read;
        return content[..length];
    }

    private static FileOperationException Unreadable(IDirectoryHandle directory, string name, string reason) =>
        new(FileError.Io, "read", $"{directory.Path}/{name}", $"what {name} leaves out is not known, because {reason}", "Make it a file that can be read, or remove it, and run the command again.");
}
