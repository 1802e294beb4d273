using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Applying;

/// <summary>How to take back what an apply made, in reverse. In memory: what a crash interrupts is the journal's.</summary>
internal sealed class UndoLog
{
    private readonly Stack<Action> _steps = new();

    /// <summary>How to take back the newest step alone.</summary>
    internal Action Last => _steps.Peek();

    internal void Add(Action takeBack) => _steps.Push(takeBack);

    /// <summary>
    /// Takes everything back. A step that fails does not keep the others from being taken back; then <see cref="DriveException"/>
    /// <c>io_error</c> tells what could not be, and what was displaced there is still in the trash.
    /// </summary>
    internal void TakeBack()
    {
        var failures = new List<Exception>();
        while (_steps.TryPop(out var step))
        {
            try
            {
                step();
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }
        if (failures.Count > 0)
            throw new DriveException(ErrorCode.Io, $"{failures.Count} steps could not be taken back: {failures[0].Message}", "What was displaced is in .omnydrive/trash.", new AggregateException(failures));
    }
}
