namespace OmnyDrive.Engine.Credentials;

/// <summary>What a server of git drives is shown.</summary>
public enum CredentialKind
{
    /// <summary>A personal access token, over HTTPS.</summary>
    Token,
    /// <summary>A user name and a password, over HTTPS.</summary>
    Password,
    /// <summary>The private key in a file, over SSH.</summary>
    SshKey,
}

/// <summary>What one server is shown, and no other. Its text says nothing secret.</summary>
/// <param name="Server">The server: a name or an address, with a port where it is not the usual one, such as <c>git.example.org:8443</c>.</param>
/// <param name="Kind">What it is.</param>
public sealed record HostCredential(string Server, CredentialKind Kind)
{
    /// <summary>The user name; for a token what its server wants to see there, and of no concern to a key.</summary>
    public string? Username { get; init; }

    /// <summary>The token or the password; null for a key.</summary>
    public string? Secret { get; init; }

    /// <summary>The absolute path of a private key; null for the others. One with a passphrase is for ssh-agent to hold.</summary>
    public string? KeyFile { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} for {Server}";
}
