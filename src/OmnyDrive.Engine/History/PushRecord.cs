using OmnyDrive.Engine.Files;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.History;

/// <summary>
/// The generation of a mount that a push makes if it lands: begun while the contents travel, so that a push that nobody could take back is never committed. Where nobody hears how the push ended the record stays
/// begun, and counts from the next look on.
/// </summary>
internal sealed class PushRecord(Func<BegunGeneration> begin) : IAsyncDisposable
{
    // By these the origin says of this very push that it has changed nothing. Others may be the answer to a second request for a commit that landed at the first.
    private static readonly HashSet<string> Refusals = [ErrorCode.Conflict, ErrorCode.Halted, ErrorCode.NoSpace, ErrorCode.LockHeld, ErrorCode.Invalid];

    private readonly Task<BegunGeneration> _begun = Task.Run(begin);
    private bool _isOpen = true;

    /// <summary>Ends when the record is durable, or cannot be made.</summary>
    internal Task Begun => _begun;

    /// <summary>Waits until the record is durable; throws why it cannot be. From now on the push may land.</summary>
    internal async Task RequireAsync()
    {
        await _begun;
        _isOpen = false;
    }

    /// <summary>Says whether the push landed.</summary>
    internal void End(bool hasLanded)
    {
        _isOpen = !hasLanded;
        if (!hasLanded)
            return;
        try
        {
            _begun.Result.Accept();
        }
        catch (FileOperationException)
        {
            // It stays begun, and counts from the next look on.
        }
    }

    /// <summary>Says why there was no answer to the commit, which may tell that it did not land.</summary>
    internal void Failed(Exception why) => _isOpen = why is DriveException refused && Refuses(refused);

    /// <summary>Whether by this the origin says that a push has changed nothing.</summary>
    internal static bool Refuses(DriveException why) => Refusals.Contains(why.Code);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAny(_begun);
        if (!_begun.IsCompletedSuccessfully)
            return;
        using var generation = _begun.Result;
        if (!_isOpen)
            return;
        try
        {
            generation.Abandon();
        }
        catch (FileOperationException)
        {
            // Then it counts as one of which nobody knows how it ended; whoever takes it back finds nothing to do.
        }
    }
}
