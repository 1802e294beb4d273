using Microsoft.Data.Sqlite;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.State;

/// <summary>Opens SQLite databases the one way OmnyDrive uses them: durable, and shared between processes.</summary>
public static class SqliteDatabase
{
    /// <summary>The path of a database that lives as long as its connection.</summary>
    public const string InMemory = ":memory:";

    private const int BusyTimeoutSeconds = 10;

    // Trees are read by their hashes, so from all over the file: 16 MiB of its pages are kept. WAL lets readers go on while one process writes; synchronous=FULL makes each commit survive a power cut.
    private const string Pragmas = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;";

    /// <summary>
    /// Opens the database at <paramref name="path"/> and creates it, readable by its owner only, where there is none. The connection is the caller's
    /// to dispose. Commits are durable when they return; a writer waits up to ten seconds for another. Begin transactions with
    /// <see cref="SqliteConnection.BeginTransaction()"/>, which takes the write lock at once. Throws <see cref="DriveException"/>
    /// <c>io_error</c> where the file cannot be opened or is no database.
    /// </summary>
    /// <param name="path">A file in an existing directory, or <see cref="InMemory"/>.</param>
    /// <param name="pooled">Whether disposing keeps the file open for the next call; for servers. End with <see cref="ClosePool"/>.</param>
    public static SqliteConnection Open(string path, bool pooled = false)
    {
        SqliteRuntime.Initialize();
        if (path != InMemory)
            CreatePrivate(path);
        var connection = new SqliteConnection(ConnectionString(path, pooled && path != InMemory));
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new DriveException(ErrorCode.Io, $"The database {path} cannot be opened: {e.Message}", "Check that the directory is writable and the disk is not full.", e);
        }
    }

    /// <summary>Closes the connections that pooled use of <paramref name="path"/> keeps open and nobody holds.</summary>
    public static void ClosePool(string path)
    {
        // Not opened: it only names the pool.
        using var connection = new SqliteConnection(ConnectionString(path, pooled: true));
        SqliteConnection.ClearPool(connection);
    }

    private static string ConnectionString(string path, bool pooled) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        DefaultTimeout = BusyTimeoutSeconds,
        Pooling = pooled,
    }.ToString();

    // SQLite would create the file under the umask; its -wal and -shm files take the mode of the database. An existing file is not opened here:
    // closing any descriptor of it would drop the locks that this process holds on it.
    private static void CreatePrivate(string path)
    {
        if (File.Exists(path))
            return;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            new FileStream(path, options).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DriveException(ErrorCode.Io, $"The database {path} cannot be created: {e.Message}", "Check that the directory exists and is writable.", e);
        }
    }
}
