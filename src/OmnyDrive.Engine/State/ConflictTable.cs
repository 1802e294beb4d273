using Microsoft.Data.Sqlite;
using OmnyDrive.Drives;
using OmnyDrive.Engine.History;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.State;

/// <summary>The open conflicts of mounts, and what somebody decided about them.</summary>
internal static class ConflictTable
{
    internal static IReadOnlyList<OpenConflict> Of(EndpointStore store, MountId mount) => [.. store.Read(db => db.Query(
        "SELECT path, kind, base, ours, theirs, reason, found_at, resolution, result, beside, author, changed_at FROM conflicts WHERE mount = $1", Read, mount.Value)).OrderBy(open => open.Conflict.Path)];

    /// <summary>
    /// Replaces the conflicts of a mount in one durable transaction. One that is the same as before keeps when it was found, and what was decided about it; another in its place is open.
    /// </summary>
    internal static void Replace(EndpointStore store, MountId mount, ConflictKind kind, IReadOnlyList<PathConflict> conflicts, DateTimeOffset now)
    {
        var before = Of(store, mount);
        if (conflicts.Count == 0 && before.Count == 0)
            return;
        var known = before.ToDictionary(open => open.Conflict.Path);
        store.Run(db =>
        {
            db.Execute("DELETE FROM conflicts WHERE mount = $1", mount.Value);
            foreach (var conflict in conflicts)
            {
                var open = known.GetValueOrDefault(conflict.Path);
                var same = open is not null && IsSame(open, conflict) ? open : null;
                // What somebody made by hand is not thrown away because a side changed once more.
                Insert(db, mount, new OpenConflict(conflict, kind, same?.FoundAt ?? now, same?.Resolution) { TheirAuthor = same?.TheirAuthor, Draft = open?.Resolution?.Result ?? open?.Draft });
            }
            return 0;
        });
    }

    // What is half made by a decision belongs to the conflict that it was made for.
    private static bool IsSame(OpenConflict open, PathConflict conflict) =>
        open.Resolution?.Settles(conflict) ?? (Equals(open.Conflict.Base, conflict.Base) && Equals(open.Conflict.Ours, conflict.Ours) && Equals(open.Conflict.Theirs, conflict.Theirs));

    /// <summary>Keeps decisions about conflicts that are open.</summary>
    internal static void Resolve(EndpointStore store, MountId mount, IEnumerable<Resolution> resolutions) => store.Run(db =>
    {
        foreach (var resolution in resolutions)
        {
            db.Execute("UPDATE conflicts SET resolution = $3, result = $4, beside = $5 WHERE mount = $1 AND path = $2",
                mount.Value, resolution.Conflict.Path.ToString(), (int)resolution.Kind, resolution.Result is null ? null : ChangeFormat.EncodeEntry(resolution.Result), resolution.Beside?.ToString());
        }
        return 0;
    });

    /// <summary>Keeps who made the origin's versions.</summary>
    internal static void SetAuthors(EndpointStore store, MountId mount, IReadOnlyList<PathAuthor> authors) => store.Run(db =>
    {
        foreach (var author in authors)
            db.Execute("UPDATE conflicts SET author = $3, changed_at = $4 WHERE mount = $1 AND path = $2", mount.Value, author.Path.ToString(), author.Author?.Value, author.At.ToUnixTimeMilliseconds());
        return 0;
    });

    private static void Insert(SqliteConnection db, MountId mount, OpenConflict open) => db.Execute(
        "INSERT INTO conflicts (mount, path, kind, base, ours, theirs, reason, found_at, resolution, result, beside, author, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        mount.Value, open.Conflict.Path.ToString(), open.Kind.ToString(), ChangeFormat.EncodeEntry(open.Conflict.Base), ChangeFormat.EncodeEntry(open.Conflict.Ours), ChangeFormat.EncodeEntry(open.Conflict.Theirs),
        open.Conflict.Reason, open.FoundAt.ToUnixTimeMilliseconds(), open.Resolution is null ? null : (int)open.Resolution.Kind,
        (open.Resolution is null ? open.Draft : open.Resolution.Result) is { } result ? ChangeFormat.EncodeEntry(result) : null, open.Resolution?.Beside?.ToString(), open.TheirAuthor?.Author?.Value, open.TheirAuthor?.At.ToUnixTimeMilliseconds());

    private static OpenConflict Read(SqliteDataReader row)
    {
        var conflict = new PathConflict(DrivePath.Parse(row.GetString(0)), EntryAt(row, 2), EntryAt(row, 3), EntryAt(row, 4)) { Reason = row.IsDBNull(5) ? null : row.GetString(5) };
        var resolution = row.IsDBNull(7) ? null : new Resolution(conflict, (ResolutionKind)row.GetInt64(7))
        {
            Result = row.IsDBNull(8) ? null : EntryAt(row, 8),
            Beside = row.IsDBNull(9) ? null : DrivePath.Parse(row.GetString(9)),
        };
        return new OpenConflict(conflict, Enum.Parse<ConflictKind>(row.GetString(1)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)), resolution)
        {
            Draft = resolution is null && !row.IsDBNull(8) ? EntryAt(row, 8) : null,
            TheirAuthor = row.IsDBNull(11) ? null : new PathAuthor(conflict.Path, row.IsDBNull(10) ? null : EndpointId.Parse(row.GetString(10)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(11))),
        };
    }

    private static Entry? EntryAt(SqliteDataReader row, int column) => ChangeFormat.DecodeEntry(row.GetFieldValue<byte[]>(column));
}
