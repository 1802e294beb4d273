using OmnyDrive.Origins;

namespace OmnyDrive.Client;

/// <summary>An answer of trees whose first has arrived; as long as it has not, the request can be repeated without anybody noticing.</summary>
internal sealed class BegunTrees : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<LocatedTree> _trees;
    private readonly bool _any;
    private bool _begun;

    private BegunTrees(HttpResponseMessage response, IAsyncEnumerator<LocatedTree> trees, bool any) => (_response, _trees, _any) = (response, trees, any);

    internal LocatedTree Current => _trees.Current;

    /// <summary>Waits for the first tree. Takes over the response.</summary>
    internal static async Task<BegunTrees> OpenAsync(HttpResponseMessage response, IAsyncEnumerable<LocatedTree> body, CancellationToken cancellation)
    {
        var trees = body.GetAsyncEnumerator(cancellation);
        try
        {
            return new BegunTrees(response, trees, await trees.MoveNextAsync());
        }
        catch
        {
            await trees.DisposeAsync();
            response.Dispose();
            throw;
        }
    }

    internal ValueTask<bool> MoveNextAsync()
    {
        if (_begun)
            return _trees.MoveNextAsync();
        _begun = true;
        return ValueTask.FromResult(_any);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _trees.DisposeAsync();
        _response.Dispose();
    }
}
