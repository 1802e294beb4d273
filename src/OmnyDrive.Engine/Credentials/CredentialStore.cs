using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Git;

namespace OmnyDrive.Engine.Credentials;

/// <summary>
/// The credentials of this machine for the servers of git drives, in <c>state.db</c>, which only its owner reads. None goes to a hub or a peer, and each only to the server that it was kept for. A server has at most one for
/// HTTPS and one for SSH. Needs no login.
/// </summary>
public sealed class CredentialStore : IDisposable
{
    private readonly EndpointStore _store;

    private CredentialStore(EndpointStore store) => _store = store;

    /// <summary>Opens those of a state directory, made where it is missing.</summary>
    public static CredentialStore Open(string stateDirectory) => new(EndpointStore.Open(stateDirectory));

    /// <summary>Keeps one, durably, in place of what was kept for the same server and protocol. Throws <see cref="DriveException"/> <c>invalid</c> for what no server takes, <c>path_not_found</c> where there is no such key file.</summary>
    /// <returns>What is kept now, the server as URLs have it.</returns>
    public HostCredential Add(HostCredential credential)
    {
        var kept = Checked(credential);
        CredentialTable.Put(_store, kept);
        return kept;
    }

    /// <summary>All of them, ordered by server; the secrets are in them.</summary>
    public IReadOnlyList<HostCredential> List() => CredentialTable.All(_store);

    /// <summary>Forgets what is kept for a server; returns how many that were. Throws <c>invalid</c> where it is no server.</summary>
    public int Remove(string server) => CredentialTable.Remove(_store, ServerOf(server, isSsh: false), isSsh: false) + CredentialTable.Remove(_store, ServerOf(server, isSsh: true), isSsh: true);

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    private static HostCredential Checked(HostCredential credential)
    {
        var server = ServerOf(credential.Server, credential.Kind == CredentialKind.SshKey);
        if (credential.Kind == CredentialKind.SshKey)
        {
            var key = credential.KeyFile ?? throw DriveException.Invalid("There is no key file.");
            if (!File.Exists(key))
                throw new DriveException(ErrorCode.PathNotFound, $"There is no key file at \"{key}\".", "Give the private key, such as ~/.ssh/id_ed25519.");
            RequirePrivate(key);
            return new HostCredential(server, CredentialKind.SshKey) { KeyFile = Path.GetFullPath(key) };
        }
        RequireLine(credential.Secret, credential.Kind == CredentialKind.Token ? "token" : "password");
        if (credential.Kind == CredentialKind.Password || credential.Username is not null)
            RequireLine(credential.Username, "user name");
        return credential with { Server = server, KeyFile = null };
    }

    // The usual port of the protocol is left out, as in the URLs of drives.
    private static string ServerOf(string text, bool isSsh)
    {
        try
        {
            if (!text.Contains('/', StringComparison.Ordinal) && !text.Contains('@', StringComparison.Ordinal))
                return GitUrl.Parse($"{(isSsh ? "ssh" : "https")}://{text}/x").Server;
        }
        catch (DriveException e) when (e.Code == ErrorCode.Invalid)
        {
            // It is said below, in words for a server.
        }
        throw DriveException.Invalid($"\"{text}\" is not a server.", "Give its name alone, with a port where it is not the usual one: github.com, git.example.org:8443");
    }

    private static void RequirePrivate(string key)
    {
        using var reader = new StreamReader(key);
        var start = new char[16];
        var read = reader.ReadBlock(start);
        if (new string(start, 0, read) is var text && (text.StartsWith("ssh-", StringComparison.Ordinal) || text.StartsWith("ecdsa-", StringComparison.Ordinal) || text.StartsWith("sk-", StringComparison.Ordinal)))
            throw DriveException.Invalid($"\"{key}\" is a public key.", "Give the private one, whose name has no .pub as a rule.");
    }

    // What ends a line would begin another one of what git is told.
    private static void RequireLine(string? text, string what)
    {
        const int Most = 8 << 10;
        if (string.IsNullOrWhiteSpace(text))
            throw DriveException.Invalid($"The {what} is empty.");
        if (text.Length > Most || text.Any(char.IsControl))
            throw DriveException.Invalid($"The {what} has more than one line or a control character, or is too long.");
    }
}
