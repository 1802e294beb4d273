using System.Text.Json.Serialization;
using OmnyDrive.Engine.Credentials;

namespace OmnyDrive.Cli.Json;

/// <summary>What is kept for a server, but for the secret. <c>kind</c> is <c>token</c>, <c>password</c> or <c>ssh-key</c>.</summary>
internal sealed record CredentialValue(
    string Host, string Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Username,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? KeyFile)
{
    public static CredentialValue Of(HostCredential credential) => new(credential.Server, NameOf(credential.Kind), credential.Username, credential.KeyFile);

    private static string NameOf(CredentialKind kind) => kind switch
    {
        CredentialKind.Token => "token",
        CredentialKind.Password => "password",
        _ => "ssh-key",
    };
}

internal sealed record CredentialRemovedValue(string Host, int Removed);
