using OmnyDrive.Engine.Hubs;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;

namespace OmnyDrive.Engine;

/// <summary>An endpoint's standing with its hub: enrols once, logs in when its token ends, and keeps both in the state.</summary>
internal sealed class HubConnection(IDriveHub hub, EndpointStore store, EndpointIdentity identity, string serveUrl, string hubUrl, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>The key that the hub's tickets are verified with; null before the first login.</summary>
    internal TicketKey? TicketKey => IdentityTable.Read(store) is { HasLoggedIn: true } known ? new TicketKey(known.TicketKeyId, known.TicketKey) : null;

    /// <summary>Calls the hub with a token that is good; where the hub takes it no more, logs in and calls once again.</summary>
    internal async Task<T> CallAsync<T>(Func<string, Task<T>> call, CancellationToken cancellation)
    {
        var token = await TokenAsync(null, cancellation);
        try
        {
            return await call(token);
        }
        catch (DriveException e) when (e.Code == ErrorCode.Unauthorized)
        {
            return await call(await TokenAsync(token, cancellation));
        }
    }

    internal Task CallAsync(Func<string, Task> call, CancellationToken cancellation) => CallAsync(async token =>
    {
        await call(token);
        return true;
    }, cancellation);

    /// <summary>
    /// Enrols where this endpoint has no secret, and logs in. Returns the secret where it is new. A login that fails after the enrolment is
    /// completed by the next call: the secret is durable before it is first used, since the id is taken at the hub from then on.
    /// </summary>
    internal async Task<string?> LoginAsync(string? secret, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (secret is null && Own() is null)
                await EnrolAsync(cancellation);
            var kept = Own();
            await LoginWithAsync(secret ?? kept!.Secret, cancellation);
            return secret is null && !kept!.HasLoggedIn ? kept.Secret : null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<string> TokenAsync(string? refused, CancellationToken cancellation)
    {
        if (Own() is { } kept && kept.Token != refused && kept.TokenExpiresAt - RenewBefore > time.GetUtcNow())
            return kept.Token;
        await LoginAsync(null, cancellation);
        return Own()!.Token;
    }

    private async Task EnrolAsync(CancellationToken cancellation)
    {
        // What the hub will refuse at the login must not cost an enrolment.
        HubInput.ServeUrl(serveUrl);
        var secret = (await hub.EnrolAsync(identity.Id, identity.DisplayName, cancellation)).Secret;
        IdentityTable.Write(store, EndpointCredentials.Enrolled(identity, hubUrl, serveUrl, secret));
    }

    private async Task LoginWithAsync(string secret, CancellationToken cancellation)
    {
        var session = await hub.LoginAsync(identity.Id, secret, serveUrl, cancellation);
        IdentityTable.Write(store, new EndpointCredentials(
            identity.Id.Value, identity.DisplayName, hubUrl, serveUrl, secret,
            session.Token, session.ExpiresAt, session.SigningKey.Id, session.SigningKey.SubjectPublicKeyInfo));
    }

    private EndpointCredentials? Own() => IdentityTable.Read(store) is { } known && known.Id == identity.Id.Value && known.HubUrl == hubUrl ? known : null;
}
