using Microsoft.Data.Sqlite;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;

namespace OmnyDrive.Engine.State;

/// <summary>What this endpoint publishes.</summary>
internal static class DriveTable
{
    private const string Columns = "name, provider, path, access_mode, epoch, device, inode, filter, retention";

    internal static PublishedRoot? Find(EndpointStore store, EndpointId endpoint, string name) =>
        store.Read(db => db.Query($"SELECT {Columns} FROM drives WHERE name = $1", row => Read(row, endpoint), name)).FirstOrDefault();

    internal static IReadOnlyList<PublishedRoot> All(EndpointStore store, EndpointId endpoint) =>
        store.Read(db => db.Query($"SELECT {Columns} FROM drives ORDER BY name", row => Read(row, endpoint)));

    internal static void Put(EndpointStore store, PublishedRoot drive) => store.Run(db => db.Execute(
        $"INSERT INTO drives ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (name) DO UPDATE SET provider = excluded.provider, path = excluded.path, access_mode = excluded.access_mode, epoch = excluded.epoch, device = excluded.device, inode = excluded.inode, filter = excluded.filter, retention = excluded.retention",
        drive.Drive.Name, drive.Provider, drive.Path, drive.AccessMode.ToText(), drive.Identity.Epoch, (long)drive.Identity.Device, (long)drive.Identity.Inode, StoredFilter.Write(drive.Filter), StoredRetention.Write(drive.Retention)));

    internal static bool Remove(EndpointStore store, string name) => store.Run(db => db.Execute("DELETE FROM drives WHERE name = $1", name)) > 0;

    private static PublishedRoot Read(SqliteDataReader row, EndpointId endpoint) => new(
        DriveId.Of(endpoint, row.GetString(0)), row.GetString(1), row.GetString(2), AccessModes.Parse(row.GetString(3)),
        new RootIdentity(row.IsDBNull(4) ? null : row.GetString(4), (ulong)row.GetInt64(5), (ulong)row.GetInt64(6)),
        StoredFilter.Read(row, 7))
    {
        Retention = StoredRetention.Read(row, 8),
    };
}
