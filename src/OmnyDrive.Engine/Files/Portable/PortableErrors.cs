namespace OmnyDrive.Engine.Files.Portable;

/// <summary>Turns .NET's exceptions into what the engine acts on.</summary>
internal static class PortableErrors
{
    internal static T Run<T>(string operation, string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            throw Of(e, operation, path);
        }
    }

    /// <summary>Whether a file operation that failed says so with this; a <see cref="FileOperationException"/> is none, it has said all.</summary>
    internal static bool IsOfFiles(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    internal static FileOperationException Of(Exception e, string operation, string path) => new(
        e switch
        {
            FileNotFoundException or DirectoryNotFoundException => FileError.NotFound,
            UnauthorizedAccessException => FileError.Permission,
            _ => FileError.Io,
        },
        operation, path, e is FileNotFoundException or DirectoryNotFoundException ? "No such file or directory" : e.Message.TrimEnd('.'));

    internal static FileOperationException Loop(string operation, string path) => new(FileError.Loop, operation, path, "a link is on the way");

    internal static FileOperationException NotADirectory(string path) => new(FileError.NotADirectory, "open the directory", path, "Not a directory");
}
