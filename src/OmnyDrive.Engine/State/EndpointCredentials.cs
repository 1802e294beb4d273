using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmnyDrive.Engine.State;

/// <summary>Who an endpoint is and how it proves it. Lies in <c>state.db</c>, readable by its owner only.</summary>
/// <param name="Id">Endpoint id.</param>
/// <param name="DisplayName">What people call it.</param>
/// <param name="HubUrl">Where its hub is; empty for a hub in the same process.</param>
/// <param name="ServeUrl">Where peers reach it.</param>
/// <param name="Secret">Given once at enrolment.</param>
/// <param name="Token">The current hub token; empty before the first login.</param>
/// <param name="TokenExpiresAt">When it ends.</param>
/// <param name="TicketKeyId">The hub's signing key.</param>
/// <param name="TicketKey">Its public half, DER.</param>
internal sealed record EndpointCredentials(
    string Id, string DisplayName, string HubUrl, string ServeUrl, string Secret,
    string Token, DateTimeOffset TokenExpiresAt, string TicketKeyId, byte[] TicketKey)
{
    /// <summary>Whether the hub has taken the secret before; until then it has given neither token nor key.</summary>
    [JsonIgnore]
    internal bool HasLoggedIn => Token.Length > 0;

    /// <summary>Those of an endpoint that is enrolled and has never logged in.</summary>
    internal static EndpointCredentials Enrolled(EndpointIdentity identity, string hubUrl, string serveUrl, string secret) =>
        new(identity.Id.Value, identity.DisplayName, hubUrl, serveUrl, secret, "", DateTimeOffset.UnixEpoch, "", []);
}

[JsonSerializable(typeof(EndpointCredentials))]
internal sealed partial class CredentialsJson : JsonSerializerContext;

/// <summary>The one row that says who this endpoint is.</summary>
internal static class IdentityTable
{
    internal static EndpointCredentials? Read(EndpointStore store)
    {
        var rows = store.Read(db => db.Query("SELECT value FROM identity", row => row.GetString(0)));
        return rows.Count == 0 ? null : JsonSerializer.Deserialize(rows[0], CredentialsJson.Default.EndpointCredentials);
    }

    internal static void Write(EndpointStore store, EndpointCredentials credentials) => store.Run(db => db.Execute(
        "INSERT INTO identity (one, value) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET value = excluded.value",
        JsonSerializer.Serialize(credentials, CredentialsJson.Default.EndpointCredentials)));
}
