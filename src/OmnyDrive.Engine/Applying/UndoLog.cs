using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Applying;

/// <summary>How to take back what an apply made, in reverse. In memory: what a crash interrupts, or what could not be taken back, is the journal's.</summary>
internal sealed class UndoLog
{
    private readonly Stack<Action> _steps = new();

    /// <summary>How to take back the newest step alone.</summary>
    internal Action Last => _steps.Peek();

    /// <summary>Whether something could not be taken back.</summary>
    internal bool HasFailed { get; private set; }

    internal void Add(Action takeBack) => _steps.Push(takeBack);

    /// <summary>Forgets all steps; returns them, the oldest first.</summary>
    internal IReadOnlyList<Action> Clear()
    {
        var steps = _steps.Reverse().ToList();
        _steps.Clear();
        return steps;
    }

    /// <summary>
    /// Takes everything back because of <paramref name="cause"/>. A step that fails does not keep the others from being taken back; then
    /// <see cref="DriveException"/> <c>io_error</c> tells the cause and what could not be taken back, and holds all failures; what was displaced there is
    /// still in the trash.
    /// </summary>
    internal void TakeBack(Exception cause)
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
        HasFailed |= failures.Count > 0;
        if (failures.Count > 0)
            throw new DriveException(ErrorCode.Io, $"{Sentence(cause.Message)} Then {(failures.Count == 1 ? "one step" : $"{failures.Count} steps")} could not be taken back: {Sentence(failures[0].Message)}",
                "What was displaced is in .omnydrive/trash.", new AggregateException([cause, .. failures]));
    }

    private static string Sentence(string message) => message.EndsWith('.') ? message : $"{message}.";
}
