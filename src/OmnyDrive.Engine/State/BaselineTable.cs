using Microsoft.Data.Sqlite;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Syncing;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.State;

/// <summary>The baselines of mounts: a root ref in the mount's row, and its trees by hash.</summary>
internal static class BaselineTable
{
    // Trees that nothing reaches any more are removed when there may be thrice as many of them as of the others: finding them reads all that are reached.
    private const int SweepSlack = 1_000;

    /// <summary>The baseline of a mount; the empty snapshot before its first sync. Its trees are read when they are asked for.</summary>
    internal static Snapshot Load(EndpointStore store, MountRow mount) => mount.Baseline is { } baseline
        ? RecentTrees.Of(new Snapshot(baseline.Tree, new StoredTrees(store, mount.Id)))
        : Snapshot.Empty;

    /// <summary>Where an interrupted pull was going; null where none was interrupted.</summary>
    internal static Snapshot? LoadPending(EndpointStore store, MountRow mount) =>
        mount.Pending is { } pending ? new Snapshot(pending.Tree, new StoredTrees(store, mount.Id)) : null;

    /// <summary>Says, durably, what the baseline will be once a pull that begins now is applied, and which generation of the origin that is of.</summary>
    internal static void SavePending(EndpointStore store, MountId mount, AdvancedBaseline goal, OriginGeneration? seen) => store.Run(db =>
    {
        Insert(db, mount, goal.NewTrees);
        return db.Execute("UPDATE mounts SET pending = $2, seen = $3 WHERE id = $1", mount.Value, SyncRef.OfTree(goal.Root).ToString(), StoredGeneration.Write(seen));
    });

    /// <summary>Says that what was pending did not come about.</summary>
    internal static void ClearPending(EndpointStore store, MountId mount) => store.Run(db => db.Execute("UPDATE mounts SET pending = NULL WHERE id = $1", mount.Value));

    /// <summary>
    /// Replaces the baseline in one durable transaction, with the generation of the origin that it was agreed on with; nothing is pending any more. Trees that neither it nor the one before reaches go, from
    /// time to time.
    /// </summary>
    internal static void Save(EndpointStore store, MountId mount, AdvancedBaseline baseline, OriginGeneration? seen, DateTimeOffset now) => store.Run(db =>
    {
        Insert(db, mount, baseline.NewTrees);
        Sweep(db, mount, baseline.Root);
        return db.Execute("UPDATE mounts SET ref = $2, synced_at = $3, seen = $4, pending = NULL WHERE id = $1", mount.Value, SyncRef.OfTree(baseline.Root).ToString(), now.ToUnixTimeMilliseconds(), StoredGeneration.Write(seen));
    });

    private static void Insert(SqliteConnection db, MountId mount, IReadOnlyList<Tree> trees)
    {
        using var insert = db.Command("INSERT INTO trees (mount, hash, encoding) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", mount.Value, null, null);
        using var find = db.Command("SELECT 1 FROM trees WHERE mount = $1 AND hash = $2", mount.Value, null);
        var hasAny = trees.Count > 0 && db.Query("SELECT 1 FROM trees WHERE mount = $1 LIMIT 1", _ => true, mount.Value) is [true];
        var added = 0;
        foreach (var tree in trees)
        {
            var hash = tree.Hash.ToArray();
            // What a directory holds that only changed its path is here already, and need not be encoded.
            find.Parameters[1].Value = hash;
            if (hasAny && find.ExecuteScalar() is not null)
                continue;
            insert.Parameters[1].Value = hash;
            insert.Parameters[2].Value = TreeEncoding.Encode(tree);
            added += insert.ExecuteNonQuery();
        }
        db.Execute("UPDATE mounts SET trees = trees + $2 WHERE id = $1", mount.Value, added);
    }

    // The baseline before is kept too: another process may be reading it.
    private static void Sweep(SqliteConnection db, MountId mount, Hash256 root)
    {
        if (db.Query("SELECT ref FROM mounts WHERE id = $1 AND trees > 4 * swept + $2", row => row.IsDBNull(0) ? null : row.GetString(0), mount.Value, SweepSlack) is not [var before])
            return;
        var reached = Reached(db, mount, before is null ? [root] : [root, SyncRef.Parse(before).Tree]);
        using var delete = db.Command("DELETE FROM trees WHERE mount = $1 AND hash = $2", mount.Value, null);
        foreach (var hash in db.Query("SELECT hash FROM trees WHERE mount = $1", row => row.GetFieldValue<byte[]>(0), mount.Value))
        {
            if (reached.Contains(new Hash256(hash)))
                continue;
            delete.Parameters[1].Value = hash;
            delete.ExecuteNonQuery();
        }
        db.Execute("UPDATE mounts SET trees = count, swept = count FROM (SELECT COUNT(*) AS count FROM trees WHERE mount = $1) WHERE id = $1", mount.Value);
    }

    private static HashSet<Hash256> Reached(SqliteConnection db, MountId mount, IEnumerable<Hash256> roots)
    {
        var reached = new HashSet<Hash256>();
        var open = new Stack<Hash256>(roots);
        while (open.TryPop(out var hash))
        {
            if (!reached.Add(hash) || Find(db, mount, hash) is not { } tree)
                continue;
            foreach (var (_, entry) in tree.Entries)
            {
                if (entry.IsDirectory)
                    open.Push(entry.TreeHash);
            }
        }
        return reached;
    }

    private static Tree? Find(SqliteConnection db, MountId mount, Hash256 hash) =>
        db.Query("SELECT encoding FROM trees WHERE mount = $1 AND hash = $2", row => row.GetFieldValue<byte[]>(0), mount.Value, hash.ToArray()) is [var encoding]
            ? TreeEncoding.Decode(encoding)
            : null;

    private sealed class StoredTrees(EndpointStore store, MountId mount) : ITreeReader
    {
        public Tree? TryRead(DrivePath path, Hash256 hash) => hash == Tree.Empty.Hash ? Tree.Empty : store.ReadOne(db => Find(db, mount, hash));
    }
}
