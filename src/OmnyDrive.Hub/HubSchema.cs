using System.Data.Common;
using OmnyDrive.Errors;

namespace OmnyDrive.Hub;

// The tables of a hub. Times are milliseconds since 1970; hashes are hexadecimal, because there is no type for bytes that all databases share.
internal static class HubSchema
{
    public const long Version = 2;

    private const string Tables = """
        CREATE TABLE endpoints (
            id TEXT PRIMARY KEY,
            display_name TEXT NOT NULL,
            secret_hash TEXT NOT NULL,
            serve_url TEXT,
            serving_at BIGINT);
        CREATE TABLE sessions (
            token_hash TEXT PRIMARY KEY,
            endpoint TEXT NOT NULL REFERENCES endpoints (id),
            expires_at BIGINT NOT NULL);
        CREATE INDEX sessions_by_end ON sessions (expires_at);
        CREATE TABLE drives (
            endpoint TEXT NOT NULL REFERENCES endpoints (id),
            name TEXT NOT NULL,
            provider TEXT NOT NULL,
            access_mode TEXT NOT NULL,
            capabilities TEXT NOT NULL,
            ref TEXT,
            epoch BIGINT NOT NULL,
            remote_url TEXT,
            protected_branches TEXT,
            PRIMARY KEY (endpoint, name));
        """;

    // The second version knows drives that lie elsewhere. One statement each, for not every database takes two.
    private static readonly string[] FromFirst = ["ALTER TABLE drives ADD COLUMN remote_url TEXT", "ALTER TABLE drives ADD COLUMN protected_branches TEXT", "UPDATE schema_version SET version = 2"];

    // The write lock is held from the first statement, so of two hubs that start at once one makes the tables and the other finds them.
    public static async Task<bool> PrepareAsync(DbConnection connection, string where, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)", [], cancellation);
        var versions = await connection.QueryAsync("SELECT version FROM schema_version", [], row => row.GetInt64(0), cancellation);
        if (versions is [> Version, ..])
            throw new DriveException(
                ErrorCode.UnsupportedVersion,
                $"The hub's database {where} has version {versions[0]}, and this program knows version {Version}.",
                "Use the newer omnydrive that wrote it, or another state directory: omnydrive serve --state DIR");
        if (versions is [])
        {
            await connection.ExecuteAsync(Tables, [], cancellation);
            await connection.ExecuteAsync("INSERT INTO schema_version (version) VALUES (@version)", [("@version", Version)], cancellation);
        }
        foreach (var statement in versions is [1] ? FromFirst : [])
            await connection.ExecuteAsync(statement, [], cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
