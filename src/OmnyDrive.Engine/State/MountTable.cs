using Microsoft.Data.Sqlite;
using OmnyDrive.Drives;
using OmnyDrive.Filtering;
using OmnyDrive.History;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.State;

/// <summary>A mount as the state keeps it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Drive">The drive it was cloned from.</param>
/// <param name="Provider">The kind of that drive.</param>
/// <param name="Path">Where it lies, absolute.</param>
/// <param name="AccessMode">Whether it may push.</param>
/// <param name="Baseline">What it and its origin last agreed on; null while it is being cloned.</param>
/// <param name="SyncedAt">When that was.</param>
/// <param name="Pending">What it would be if a pull had not been interrupted; null where none was.</param>
internal sealed record MountRow(
    MountId Id, DriveId Drive, string Provider, string Path, AccessMode AccessMode, SyncRef? Baseline, DateTimeOffset? SyncedAt, SyncRef? Pending = null)
{
    /// <summary>What the origin left out when the baseline was taken.</summary>
    internal FilterOptions Filter { get; init; } = FilterOptions.Default;

    /// <summary>The newest generation of the origin that this mount has seen; null where none was told.</summary>
    internal OriginGeneration? Seen { get; init; }

    /// <summary>How long what pulls displace is kept; the endpoint's choice where null.</summary>
    internal RetentionPolicy? Retention { get; init; }

    /// <summary>What a sync does where both sides changed.</summary>
    internal SyncPolicy Policy { get; init; }
}

/// <summary>The mounts of this endpoint.</summary>
internal static class MountTable
{
    private const string Columns = "id, drive, provider, path, access_mode, ref, synced_at, pending, filter, seen, retention, policy";

    internal static IReadOnlyList<MountRow> All(EndpointStore store) => store.Read(db => db.Query($"SELECT {Columns} FROM mounts ORDER BY path", Read));

    internal static void Add(EndpointStore store, MountRow mount) => store.Run(db => db.Execute(
        $"INSERT INTO mounts ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        mount.Id.Value, mount.Drive.ToString(), mount.Provider, mount.Path, mount.AccessMode.ToText(), mount.Baseline?.ToString(), mount.SyncedAt?.ToUnixTimeMilliseconds(), mount.Pending?.ToString(), StoredFilter.Write(mount.Filter), StoredGeneration.Write(mount.Seen), StoredRetention.Write(mount.Retention), mount.Policy.ToText()));

    /// <summary>Adds a mount with the baseline of another, and with what was pending there.</summary>
    internal static void AddCopy(EndpointStore store, MountId of, MountRow copy) => store.Run(db =>
    {
        db.Execute($"INSERT INTO mounts ({Columns}, trees, swept) SELECT $2, drive, provider, $3, access_mode, ref, synced_at, pending, filter, seen, retention, policy, trees, swept FROM mounts WHERE id = $1", of.Value, copy.Id.Value, copy.Path);
        return db.Execute("INSERT INTO trees (mount, hash, encoding) SELECT $2, hash, encoding FROM trees WHERE mount = $1", of.Value, copy.Id.Value);
    });

    internal static void SetPath(EndpointStore store, MountId mount, string path) => store.Run(db => db.Execute("UPDATE mounts SET path = $2 WHERE id = $1", mount.Value, path));

    /// <summary>Says durably what a mount and its origin agreed on, where no trees belong to that.</summary>
    internal static void SetBaseline(EndpointStore store, MountId mount, SyncRef baseline, DateTimeOffset now) =>
        store.Run(db => db.Execute("UPDATE mounts SET ref = $2, synced_at = $3 WHERE id = $1", mount.Value, baseline.ToString(), now.ToUnixTimeMilliseconds()));

    internal static void SetAccessMode(EndpointStore store, MountId mount, AccessMode mode) =>
        store.Run(db => db.Execute("UPDATE mounts SET access_mode = $2 WHERE id = $1", mount.Value, mode.ToText()));

    internal static void SetFilter(EndpointStore store, MountId mount, FilterOptions filter) =>
        store.Run(db => db.Execute("UPDATE mounts SET filter = $2 WHERE id = $1", mount.Value, StoredFilter.Write(filter)));

    internal static void SetPolicy(EndpointStore store, MountId mount, SyncPolicy policy) =>
        store.Run(db => db.Execute("UPDATE mounts SET policy = $2 WHERE id = $1", mount.Value, policy.ToText()));

    internal static void SetRetention(EndpointStore store, MountId mount, RetentionPolicy retention) =>
        store.Run(db => db.Execute("UPDATE mounts SET retention = $2 WHERE id = $1", mount.Value, StoredRetention.Write(retention)));

    internal static void Remove(EndpointStore store, MountId mount) => store.Run(db => db.Execute("DELETE FROM mounts WHERE id = $1", mount.Value));

    private static MountRow Read(SqliteDataReader row) => new(
        MountId.Parse(row.GetString(0)), DriveId.Parse(row.GetString(1)), row.GetString(2), row.GetString(3), AccessModes.Parse(row.GetString(4)),
        row.IsDBNull(5) ? null : SyncRef.Parse(row.GetString(5)),
        row.IsDBNull(6) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        row.IsDBNull(7) ? null : SyncRef.Parse(row.GetString(7)))
    {
        Filter = StoredFilter.Read(row, 8),
        Seen = row.IsDBNull(9) ? null : StoredGeneration.Read(row.GetString(9)),
        Retention = StoredRetention.Read(row, 10),
        Policy = row.IsDBNull(11) ? SyncPolicy.Strict : SyncPolicies.Parse(row.GetString(11)),
    };
}
