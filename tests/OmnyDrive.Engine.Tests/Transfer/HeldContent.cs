using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Tests.Transfer;

/// <summary>A content that stops in the middle until it is released.</summary>
internal sealed class HeldContent(byte[] bytes, int holdAt) : ContentStream
{
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously), _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sent;
    private ContentOutcome _outcome;

    public override int Index => 0;

    public override ContentOutcome Outcome => _outcome;

    /// <summary>Ends when all before the stop has been read.</summary>
    internal Task IsHeld => _held.Task;

    internal void Release() => _released.TrySetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (_sent >= holdAt)
        {
            _held.TrySetResult();
            await _released.Task.WaitAsync(cancellation);
        }
        var count = Math.Min(buffer.Length, (_sent < holdAt ? holdAt : bytes.Length) - _sent);
        bytes.AsMemory(_sent, count).CopyTo(buffer);
        _sent += count;
        if (count == 0)
            _outcome = ContentOutcome.Complete;
        return count;
    }
}
