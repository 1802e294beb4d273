using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Hubs;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;

namespace OmnyDrive.Hub;

/// <summary>
/// A hub's memory in an SQLite database. What a method did is durable when it returns. The statements are those that PostgreSQL takes too.
/// </summary>
public sealed class SqliteHubStore : IHubStore
{
    private const string DriveColumns =
        "SELECT d.endpoint, d.name, d.provider, d.access_mode, d.capabilities, d.ref, d.epoch, e.serve_url, e.serving_at, d.remote_url, d.protected_branches FROM drives d JOIN endpoints e ON e.id = d.endpoint";

    private readonly string _path;

    private SqliteHubStore(string path) => _path = path;

    /// <summary>
    /// Opens the database and makes or brings up to date its tables. Throws <see cref="DriveException"/>: <c>unsupported_version</c>
    /// where a newer hub wrote it, <c>io_error</c> where it cannot be opened.
    /// </summary>
    /// <param name="path">A file in an existing directory.</param>
    /// <param name="cancellation">Ends the opening.</param>
    public static async Task<SqliteHubStore> OpenAsync(string path, CancellationToken cancellation = default)
    {
        var store = new SqliteHubStore(path);
        await store.RunAsync(connection => HubSchema.PrepareAsync(connection, path, cancellation));
        return store;
    }

    /// <inheritdoc/>
    public Task<bool> AddEndpointAsync(EndpointRecord endpoint, CancellationToken cancellation) => RunAsync(async connection => await connection.ExecuteAsync(
        "INSERT INTO endpoints (id, display_name, secret_hash) VALUES (@id, @name, @hash) ON CONFLICT (id) DO NOTHING",
        [("@id", endpoint.Id.Value), ("@name", endpoint.DisplayName), ("@hash", endpoint.SecretHash)],
        cancellation) == 1);

    /// <inheritdoc/>
    public Task<EndpointRecord?> FindEndpointAsync(EndpointId id, CancellationToken cancellation) => RunAsync(async connection => (await connection.QueryAsync(
        "SELECT id, display_name, secret_hash, serve_url, serving_at FROM endpoints WHERE id = @id",
        [("@id", id.Value)],
        row => new EndpointRecord(EndpointId.Parse(row.GetString(0)), row.GetString(1), row.GetString(2), row.TextOrNull(3), row.TimeOrNull(4)),
        cancellation)).FirstOrDefault());

    /// <inheritdoc/>
    public Task AddSessionAsync(SessionRecord session, string serveUrl, DateTimeOffset now, CancellationToken cancellation) => RunAsync(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync("DELETE FROM sessions WHERE expires_at < @now", [("@now", now.ToUnixTimeMilliseconds())], cancellation);
        await connection.ExecuteAsync(
            "INSERT INTO sessions (token_hash, endpoint, expires_at) VALUES (@hash, @endpoint, @expires)",
            [("@hash", session.TokenHash), ("@endpoint", session.Endpoint.Value), ("@expires", session.ExpiresAt.ToUnixTimeMilliseconds())],
            cancellation);
        await connection.ExecuteAsync("UPDATE endpoints SET serve_url = @url WHERE id = @endpoint", [("@url", serveUrl), ("@endpoint", session.Endpoint.Value)], cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    });

    /// <inheritdoc/>
    public Task<SessionRecord?> FindSessionAsync(string tokenHash, CancellationToken cancellation) => RunAsync(async connection => (await connection.QueryAsync(
        "SELECT token_hash, endpoint, expires_at FROM sessions WHERE token_hash = @hash",
        [("@hash", tokenHash)],
        row => new SessionRecord(row.GetString(0), EndpointId.Parse(row.GetString(1)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))),
        cancellation)).FirstOrDefault());

    /// <inheritdoc/>
    public Task PutDriveAsync(Drive drive, CancellationToken cancellation) => RunAsync(connection => connection.ExecuteAsync(
        """
        INSERT INTO drives (endpoint, name, provider, access_mode, capabilities, ref, epoch, remote_url, protected_branches) VALUES (@endpoint, @name, @provider, @mode, @capabilities, @ref, 1, @remote, @protected)
        ON CONFLICT (endpoint, name) DO UPDATE SET
            provider = excluded.provider, capabilities = excluded.capabilities, ref = excluded.ref, access_mode = excluded.access_mode,
            remote_url = excluded.remote_url, protected_branches = excluded.protected_branches,
            epoch = drives.epoch + CASE WHEN drives.access_mode = excluded.access_mode THEN 0 ELSE 1 END
        """,
        [
            ("@endpoint", drive.Id.Endpoint.Value), ("@name", drive.Id.Name), ("@provider", drive.Provider), ("@mode", drive.AccessMode.ToText()),
            ("@capabilities", string.Join(' ', drive.Capabilities.ToNames())), ("@ref", drive.Ref?.ToString()),
            // No branch has a space in its name.
            ("@remote", drive.Remote?.Url), ("@protected", drive.Remote?.ProtectedBranches is { } names ? string.Join(' ', names) : null),
        ],
        cancellation));

    /// <inheritdoc/>
    public Task<bool> RemoveDriveAsync(DriveId id, CancellationToken cancellation) => RunAsync(async connection => await connection.ExecuteAsync(
        "DELETE FROM drives WHERE endpoint = @endpoint AND name = @name", [("@endpoint", id.Endpoint.Value), ("@name", id.Name)], cancellation) == 1);

    /// <inheritdoc/>
    public Task<DriveRecord?> FindDriveAsync(DriveId id, CancellationToken cancellation) => RunAsync(async connection => (await connection.QueryAsync(
        $"{DriveColumns} WHERE d.endpoint = @endpoint AND d.name = @name",
        [("@endpoint", id.Endpoint.Value), ("@name", id.Name)],
        ReadDrive,
        cancellation)).FirstOrDefault());

    /// <inheritdoc/>
    public Task<IReadOnlyList<DriveRecord>> ListDrivesAsync(CancellationToken cancellation) =>
        RunAsync<IReadOnlyList<DriveRecord>>(async connection => await connection.QueryAsync(DriveColumns, [], ReadDrive, cancellation));

    /// <inheritdoc/>
    public Task ReportAsync(EndpointId endpoint, DateTimeOffset? servingAt, IReadOnlyDictionary<string, SyncRef> refs, CancellationToken cancellation) => RunAsync(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync(
            "UPDATE endpoints SET serving_at = CAST(@at AS BIGINT) WHERE id = @id", [("@at", servingAt?.ToUnixTimeMilliseconds()), ("@id", endpoint.Value)], cancellation);
        foreach (var (name, at) in refs)
        {
            await connection.ExecuteAsync(
                "UPDATE drives SET ref = @ref WHERE endpoint = @endpoint AND name = @name AND ref IS DISTINCT FROM @ref",
                [("@ref", at.ToString()), ("@endpoint", endpoint.Value), ("@name", name)],
                cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return true;
    });

    /// <summary>Closes the database's file.</summary>
    public ValueTask DisposeAsync()
    {
        SqliteDatabase.ClosePool(_path);
        return ValueTask.CompletedTask;
    }

    private static DriveRecord ReadDrive(DbDataReader row) => new(
        new Drive(
            DriveId.Of(EndpointId.Parse(row.GetString(0)), row.GetString(1)),
            row.GetString(2),
            AccessModes.Parse(row.GetString(3)),
            CapabilityRules.FromNames(row.GetString(4).Split(' ')),
            row.TextOrNull(5) is { } text ? SyncRef.Parse(text) : null)
        {
            Remote = row.TextOrNull(9) is { } url ? new DriveRemote(url, row.TextOrNull(10)?.Split(' ', StringSplitOptions.RemoveEmptyEntries)) : null,
        },
        row.GetInt64(6),
        row.TextOrNull(7) ?? "",
        row.TimeOrNull(8));

    private async Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work)
    {
        try
        {
            await using var connection = SqliteDatabase.Open(_path, pooled: true);
            return await work(connection);
        }
        catch (SqliteException e)
        {
            const int Full = 13;
            throw new DriveException(
                e.SqliteErrorCode == Full ? ErrorCode.NoSpace : ErrorCode.Io,
                string.Create(CultureInfo.InvariantCulture, $"The hub's database {_path} failed ({e.SqliteExtendedErrorCode}): {e.Message}"),
                "Check the disk and run the command again.",
                e);
        }
    }
}
