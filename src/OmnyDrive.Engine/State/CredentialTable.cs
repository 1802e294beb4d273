using Microsoft.Data.Sqlite;
using OmnyDrive.Engine.Credentials;

namespace OmnyDrive.Engine.State;

/// <summary>What the servers of git drives want to see.</summary>
internal static class CredentialTable
{
    private const string Columns = "server, kind, username, secret, key_file";

    private static readonly (CredentialKind Kind, string Text)[] Kinds = [(CredentialKind.Token, "token"), (CredentialKind.Password, "password"), (CredentialKind.SshKey, "ssh-key")];

    internal static IReadOnlyList<HostCredential> All(EndpointStore store) => store.Read(db => db.Query($"SELECT {Columns} FROM credentials ORDER BY server, kind", Read));

    /// <summary>What a server is shown by one of the two protocols; null where nothing is kept.</summary>
    internal static HostCredential? Find(EndpointStore store, string server, bool isSsh) =>
        store.Read(db => db.Query($"SELECT {Columns} FROM credentials WHERE server = $1", Read, server)).FirstOrDefault(known => known.Kind == CredentialKind.SshKey == isSsh);

    internal static void Put(EndpointStore store, HostCredential credential) => Change(store, db =>
    {
        foreach (var (kind, text) in Kinds.Where(known => known.Kind == CredentialKind.SshKey == (credential.Kind == CredentialKind.SshKey)))
            db.Execute("DELETE FROM credentials WHERE server = $1 AND kind = $2", credential.Server, text);
        return db.Execute($"INSERT INTO credentials ({Columns}) VALUES ($1, $2, $3, $4, $5)",
            credential.Server, Kinds.First(known => known.Kind == credential.Kind).Text, credential.Username, credential.Secret, credential.KeyFile);
    });

    internal static int Remove(EndpointStore store, string server, bool isSsh) =>
        Change(store, db => db.Execute($"DELETE FROM credentials WHERE server = $1 AND kind {(isSsh ? "=" : "<>")} 'ssh-key'", server));

    // What is taken out is overwritten, in the log of changes too: a backup of the state would have it else.
    private static int Change(EndpointStore store, Func<SqliteConnection, int> change)
    {
        store.ReadOne(db => db.Execute("PRAGMA secure_delete = ON"));
        var changed = store.Run(change);
        store.ReadOne(db => db.Execute("PRAGMA wal_checkpoint(TRUNCATE)"));
        return changed;
    }

    private static HostCredential Read(SqliteDataReader row) => new(row.GetString(0), Kinds.First(known => known.Text == row.GetString(1)).Kind)
    {
        Username = TextOrNull(row, 2),
        Secret = TextOrNull(row, 3),
        KeyFile = TextOrNull(row, 4),
    };

    private static string? TextOrNull(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
