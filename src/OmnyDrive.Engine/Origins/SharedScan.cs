using OmnyDrive.Engine.Scanning;

namespace OmnyDrive.Engine.Origins;

/// <summary>
/// Lets requests that arrive together share a scan, provided it began after they arrived: whoever comes while one runs waits for the next.
/// </summary>
internal sealed class SharedScan(Func<ScanResult> scan)
{
    private readonly Lock _one = new();
    private Task<ScanResult>? _running, _next;

    internal Task<ScanResult> RunAsync(CancellationToken cancellation)
    {
        lock (_one)
        {
            if (_next is null)
            {
                var before = _running ?? Task.CompletedTask;
                _next = Task.Run(() => StartAfterAsync(before), CancellationToken.None);
            }
            return _next.WaitAsync(cancellation);
        }
    }

    private async Task<ScanResult> StartAfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_one)
            (_running, _next) = (_next, null);
        return scan();
    }
}
