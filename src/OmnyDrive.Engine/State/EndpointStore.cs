using Microsoft.Data.Sqlite;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.State;

/// <summary>
/// The durable truth of an endpoint, in <c>state.db</c>: who it is, what it publishes, its mounts and their baselines. Several processes
/// share it; each transaction is short. The tables have classes of their own.
/// </summary>
internal sealed class EndpointStore : IDisposable
{
    private const long SchemaVersion = 5;

    private const string Schema = """
        CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), value TEXT NOT NULL);
        CREATE TABLE drives (name TEXT PRIMARY KEY, provider TEXT NOT NULL, path TEXT NOT NULL, access_mode TEXT NOT NULL, epoch TEXT, device INTEGER NOT NULL, inode INTEGER NOT NULL, filter TEXT, retention TEXT);
        CREATE TABLE mounts (id TEXT PRIMARY KEY, drive TEXT NOT NULL, provider TEXT NOT NULL, path TEXT NOT NULL UNIQUE, access_mode TEXT NOT NULL, ref TEXT, synced_at INTEGER, pending TEXT, trees INTEGER NOT NULL DEFAULT 0, swept INTEGER NOT NULL DEFAULT 0, filter TEXT, seen TEXT, policy TEXT, retention TEXT);
        CREATE TABLE trees (mount TEXT NOT NULL REFERENCES mounts (id) ON DELETE CASCADE, hash BLOB NOT NULL, encoding BLOB NOT NULL, PRIMARY KEY (mount, hash)) WITHOUT ROWID;
        CREATE TABLE conflicts (mount TEXT NOT NULL REFERENCES mounts (id) ON DELETE CASCADE, path TEXT NOT NULL, kind TEXT NOT NULL, base BLOB NOT NULL, ours BLOB NOT NULL, theirs BLOB NOT NULL, reason TEXT, found_at INTEGER NOT NULL, author TEXT, changed_at INTEGER, resolution INTEGER, result BLOB, beside TEXT, PRIMARY KEY (mount, path)) WITHOUT ROWID;
        CREATE TABLE credentials (server TEXT NOT NULL, kind TEXT NOT NULL, username TEXT, secret TEXT, key_file TEXT, PRIMARY KEY (server, kind)) WITHOUT ROWID;
        PRAGMA user_version = 5;
        """;

    // The second version counts the trees of a mount: those it has, and those it had when the last that nothing reaches were removed.
    private const string FromFirst = """
        ALTER TABLE mounts ADD COLUMN trees INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE mounts ADD COLUMN swept INTEGER NOT NULL DEFAULT 0;
        UPDATE mounts SET trees = (SELECT COUNT(*) FROM trees WHERE mount = mounts.id);
        PRAGMA user_version = 2;
        """;

    // The third keeps what a publisher leaves out; NULL is the default, which leaves out what .omnyignore says.
    private const string FromSecond = """
        ALTER TABLE drives ADD COLUMN filter TEXT;
        ALTER TABLE mounts ADD COLUMN filter TEXT;
        PRAGMA user_version = 3;
        """;

    // The fourth keeps which generation of the origin a mount has seen, what somebody chose for it (NULL is that nobody did), and its open conflicts.
    private const string FromThird = """
        ALTER TABLE drives ADD COLUMN retention TEXT;
        ALTER TABLE mounts ADD COLUMN seen TEXT;
        ALTER TABLE mounts ADD COLUMN policy TEXT;
        ALTER TABLE mounts ADD COLUMN retention TEXT;
        CREATE TABLE conflicts (mount TEXT NOT NULL REFERENCES mounts (id) ON DELETE CASCADE, path TEXT NOT NULL, kind TEXT NOT NULL, base BLOB NOT NULL, ours BLOB NOT NULL, theirs BLOB NOT NULL, reason TEXT, found_at INTEGER NOT NULL, author TEXT, changed_at INTEGER, resolution INTEGER, result BLOB, beside TEXT, PRIMARY KEY (mount, path)) WITHOUT ROWID;
        PRAGMA user_version = 4;
        """;

    // The fifth keeps what the servers of git drives want to see.
    private const string FromFourth = """
        CREATE TABLE credentials (server TEXT NOT NULL, kind TEXT NOT NULL, username TEXT, secret TEXT, key_file TEXT, PRIMARY KEY (server, kind)) WITHOUT ROWID;
        PRAGMA user_version = 5;
        """;

    private readonly SqliteConnection _connection;
    private readonly Lock _one = new();

    private readonly Lazy<LargeFileHasher> _largeFiles;

    private EndpointStore(SqliteConnection connection, string? directory, TimeProvider time)
    {
        (_connection, StateDirectory) = (connection, directory);
        _largeFiles = new Lazy<LargeFileHasher>(() => directory is null
            ? LargeFileHasher.WithoutMemory
            : new LargeFileHasher(new ChunkListStore(Path.Combine(directory, "cache", "chunks"), ChunkKeys.ReadOrCreate(directory), time)));
    }

    /// <summary>Where the state lies; null when it is in memory.</summary>
    internal string? StateDirectory { get; }

    /// <summary>Opens the state in a directory, made where it is missing; null keeps it in memory.</summary>
    internal static EndpointStore Open(string? directory, TimeProvider? time = null)
    {
        if (directory is not null)
            PrivateStateDirectory.Make(directory, "The state directory", "Name another with --state DIR.");
        var connection = SqliteDatabase.Open(directory is null ? SqliteDatabase.InMemory : Path.Combine(directory, "state.db"));
        try
        {
            Upgrade(connection, directory);
            return new EndpointStore(connection, directory, time ?? TimeProvider.System);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw SqliteErrors.Of(e, directory);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A file in the disposable cache; null when the state is in memory.</summary>
    internal string? CacheFile(string name) => StateDirectory is null ? null : Path.Combine(StateDirectory, "cache", name);

    /// <summary>Hashes large files, and remembers their chunks where the state is on disk.</summary>
    internal LargeFileHasher LargeFiles => _largeFiles.Value;

    /// <summary>Runs statements in one durable transaction.</summary>
    internal T Run<T>(Func<SqliteConnection, T> work) => Run(work, reads: false);

    /// <summary>Runs statements that only read; waits for no writer.</summary>
    internal T Read<T>(Func<SqliteConnection, T> work) => Run(work, reads: true);

    /// <summary>Runs one statement that only reads: it is a transaction of its own, without what a begun one costs.</summary>
    internal T ReadOne<T>(Func<SqliteConnection, T> work)
    {
        lock (_one)
        {
            try
            {
                return work(_connection);
            }
            catch (SqliteException e)
            {
                throw SqliteErrors.Of(e, StateDirectory);
            }
        }
    }

    private T Run<T>(Func<SqliteConnection, T> work, bool reads)
    {
        lock (_one)
        {
            try
            {
                using var transaction = _connection.BeginTransaction(deferred: reads);
                var result = work(_connection);
                transaction.Commit();
                return result;
            }
            catch (SqliteException e)
            {
                throw SqliteErrors.Of(e, StateDirectory);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static void Upgrade(SqliteConnection connection, string? directory)
    {
        if (VersionOf(connection) == SchemaVersion)
            return;
        using var transaction = connection.BeginTransaction();
        var version = VersionOf(connection);
        if (version > SchemaVersion)
            throw new DriveException(ErrorCode.UnsupportedVersion, $"The state in \"{directory}\" was written by a newer OmnyDrive (version {version} of its tables).", "Update OmnyDrive on this machine.");
        if (version < SchemaVersion)
            connection.Execute(version switch { 0 => Schema, 1 => FromFirst + FromSecond + FromThird + FromFourth, 2 => FromSecond + FromThird + FromFourth, 3 => FromThird + FromFourth, _ => FromFourth });
        transaction.Commit();
    }

    private static long VersionOf(SqliteConnection connection)
    {
        using var command = connection.Command("PRAGMA user_version");
        return (long)command.ExecuteScalar()!;
    }
}
