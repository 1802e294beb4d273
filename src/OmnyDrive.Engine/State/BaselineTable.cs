using Microsoft.Data.Sqlite;
using OmnyDrive.Drives;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.State;

/// <summary>The baselines of mounts: a root ref in the mount's row, and its trees by hash.</summary>
internal static class BaselineTable
{
    /// <summary>The baseline of a mount; the empty snapshot before its first sync. Its trees are read when they are asked for.</summary>
    internal static Snapshot Load(EndpointStore store, MountRow mount) => mount.Baseline is { } baseline
        ? new Snapshot(baseline.Tree, new StoredTrees(store, mount.Id))
        : Snapshot.Empty;

    /// <summary>Where an interrupted pull was going; null where none was interrupted.</summary>
    internal static Snapshot? LoadPending(EndpointStore store, MountRow mount) =>
        mount.Pending is { } pending ? new Snapshot(pending.Tree, new StoredTrees(store, mount.Id)) : null;

    /// <summary>Says, durably, what the baseline will be once a pull that begins now is applied.</summary>
    internal static void SavePending(EndpointStore store, MountId mount, AdvancedBaseline goal) => store.Run(db =>
    {
        Insert(db, mount, goal.NewTrees);
        return db.Execute("UPDATE mounts SET pending = $2 WHERE id = $1", mount.Value, SyncRef.OfTree(goal.Root).ToString());
    });

    /// <summary>Replaces the baseline in one durable transaction; nothing is pending any more.</summary>
    internal static void Save(EndpointStore store, MountId mount, AdvancedBaseline baseline, DateTimeOffset now) => store.Run(db =>
    {
        Insert(db, mount, baseline.NewTrees);
        return db.Execute("UPDATE mounts SET ref = $2, synced_at = $3, pending = NULL WHERE id = $1", mount.Value, SyncRef.OfTree(baseline.Root).ToString(), now.ToUnixTimeMilliseconds());
    });

    private static void Insert(SqliteConnection db, MountId mount, IReadOnlyList<Tree> trees)
    {
        using var insert = db.Command("INSERT INTO trees (mount, hash, encoding) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", mount.Value, null, null);
        foreach (var tree in trees)
        {
            insert.Parameters[1].Value = tree.Hash.ToArray();
            insert.Parameters[2].Value = TreeEncoding.Encode(tree);
            insert.ExecuteNonQuery();
        }
    }

    private sealed class StoredTrees(EndpointStore store, MountId mount) : ITreeReader
    {
        public Tree? TryRead(DrivePath path, Hash256 hash)
        {
            if (hash == Tree.Empty.Hash)
                return Tree.Empty;
            var rows = store.Read(db => db.Query("SELECT encoding FROM trees WHERE mount = $1 AND hash = $2", row => row.GetFieldValue<byte[]>(0), mount.Value, hash.ToArray()));
            return rows.Count == 0 ? null : TreeEncoding.Decode(rows[0]);
        }
    }
}
