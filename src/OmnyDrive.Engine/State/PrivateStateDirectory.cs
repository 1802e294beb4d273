using OmnyDrive.Errors;

namespace OmnyDrive.Engine.State;

/// <summary>Makes the directory that an endpoint or a hub keeps its state in.</summary>
public static class PrivateStateDirectory
{
    /// <summary>
    /// Makes a directory that only its owner may enter; one that is there stays as it is. Throws <see cref="DriveException"/> <c>io_error</c> where that
    /// is not possible.
    /// </summary>
    /// <param name="directory">Where.</param>
    /// <param name="what">Whose state it is, for the message: "The state directory".</param>
    /// <param name="hint">How to choose another.</param>
    public static void Make(string directory, string what, string hint)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DriveException(ErrorCode.Io, $"{what} \"{directory}\" cannot be made: {e.Message}", hint, e);
        }
    }
}
