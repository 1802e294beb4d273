using OmnyDrive.Engine.Hubs;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;

namespace OmnyDrive.Hub;

/// <summary>
/// A hub whose memory is a directory: <c>hub.db</c> and, mode 0600, <c>hub.key</c>. Both are made at the first start; a restart finds
/// everything as it was.
/// </summary>
public sealed class HubState : IAsyncDisposable
{
    private const string DatabaseName = "hub.db";
    private const string KeyName = "hub.key";

    private readonly SqliteHubStore _store;
    private readonly HubKeys _keys;

    private HubState(SqliteHubStore store, HubKeys keys, DriveHub hub) => (_store, _keys, Hub) = (store, keys, hub);

    /// <summary>The hub, ready.</summary>
    public DriveHub Hub { get; }

    /// <summary>
    /// Opens the state, making what is missing. Throws <see cref="DriveException"/>: <c>io_error</c> where the directory cannot be used,
    /// <c>access_denied</c> where others can read the key, <c>unsupported_version</c> where a newer hub wrote the database.
    /// </summary>
    /// <param name="directory">Made, mode 0700, where it is missing.</param>
    /// <param name="options">How the hub behaves; the defaults where null.</param>
    /// <param name="time">The clock; the system's where null.</param>
    /// <param name="cancellation">Ends the opening.</param>
    public static async Task<HubState> OpenAsync(string directory, HubOptions? options = null, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        PrivateStateDirectory.Make(directory, "The hub's state directory", "Choose another: omnydrive serve --state DIR");
        CheckKeyIsThere(directory);
        var keys = HubKeys.FromPem(SecretFile.ReadOrCreate(directory, KeyName, NewKeys));
        try
        {
            var store = await SqliteHubStore.OpenAsync(Path.Combine(directory, DatabaseName), cancellation);
            return new HubState(store, keys, new DriveHub(store, keys, options, time));
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <summary>Closes the database and forgets the keys.</summary>
    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _keys.Dispose();
    }

    // The key is made before the database. With a new key the hub would know nobody any more, and every secret would seem wrong.
    private static void CheckKeyIsThere(string directory)
    {
        if (File.Exists(Path.Combine(directory, DatabaseName)) && !File.Exists(Path.Combine(directory, KeyName)))
            throw new DriveException(
                ErrorCode.Io,
                $"The hub's state in {directory} has a database and no {KeyName}; without it no secret or token can be checked.",
                $"Restore {KeyName} from a backup, or start anew in another directory: omnydrive serve --state DIR");
    }

    private static string NewKeys()
    {
        using var keys = HubKeys.Create();
        return keys.ToPem();
    }
}
