using Microsoft.Data.Sqlite;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.State;

/// <summary>What SQLite refuses, in the words of OmnyDrive.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5, Locked = 6, Full = 13;

    /// <summary>The exception for a statement that failed on the state in <paramref name="directory"/>; null where the state is in memory.</summary>
    internal static DriveException Of(SqliteException e, string? directory)
    {
        var where = directory is null ? "The state in memory" : $"The state in \"{directory}\"";
        return e.SqliteErrorCode switch
        {
            Busy or Locked => new(ErrorCode.Io, $"{where} is in use: {e.Message}", "Another omnydrive process is using the state; run the command again when it is done.", e),
            Full => new(ErrorCode.NoSpace, $"{where} cannot be written: {e.Message}", "Free some space on that file system and run the command again.", e),
            _ => new(ErrorCode.Io, $"{where} cannot be read or written: {e.Message}", "Check that the directory is writable and its disk is sound.", e),
        };
    }
}
