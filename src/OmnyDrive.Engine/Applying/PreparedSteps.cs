using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using OmnyDrive.Engine.Applying.Journaling;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Transfer;

namespace OmnyDrive.Engine.Applying;

/// <summary>The steps of an apply, each prepared before the first is made; on all cores where they are many.</summary>
internal sealed class PreparedSteps
{
    // Fewer are not worth another thread.
    private const int Batch = 64;

    private readonly IReadOnlyList<ApplyStep> _steps;
    private readonly StepPreparer _preparer;
    private readonly Preparation[] _prepared;
    private readonly ConcurrentDictionary<int, ExceptionDispatchInfo> _failures = new();

    private readonly Predicate<ApplyStep> _isLeftOut;

    private PreparedSteps(IReadOnlyList<ApplyStep> steps, StepPreparer preparer, Predicate<ApplyStep> isLeftOut) =>
        (_steps, _preparer, _prepared, _isLeftOut) = (steps, preparer, new Preparation[steps.Count], isLeftOut);

    /// <summary>Prepares all steps but those that are left out. One that cannot be is told of when its parts are asked for.</summary>
    internal static PreparedSteps Of(RootDirectory root, IReadOnlyList<ApplyStep> steps, StepPreparer preparer, Predicate<ApplyStep> isLeftOut, CancellationToken cancellation)
    {
        var prepared = new PreparedSteps(steps, preparer, isLeftOut);
        preparer.LookForNew(root, steps);
        if (steps.Count <= Batch)
            prepared.Prepare(root, 0, steps.Count);
        else
            OnAllCores.ForEach(Partitioner.Create(0, steps.Count, Batch), root.Another, (batch, own) => prepared.Prepare(own, batch.Item1, batch.Item2), own => own.Dispose(), cancellation);
        preparer.Flush();
        return prepared;
    }

    internal int Count => _steps.Count;

    internal ApplyStep this[int index] => _steps[index];

    /// <summary>What a step consists of; throws why it could not be prepared.</summary>
    internal IReadOnlyList<JournalStep> PartsOf(int index)
    {
        if (_failures.TryGetValue(index, out var failure))
            failure.Throw();
        return _preparer.PartsOf(_steps[index], _prepared[index]);
    }

    /// <summary>Throws the first reason for which a step could not be prepared, if there is one.</summary>
    internal void RequireAll()
    {
        if (!_failures.IsEmpty)
            _failures.MinBy(failure => failure.Key).Value.Throw();
    }

    /// <summary>The parts of those steps that could be prepared.</summary>
    internal IEnumerable<(ApplyStep Step, JournalStep Part)> Parts() =>
        Enumerable.Range(0, Count).Where(index => !_failures.ContainsKey(index) && !_isLeftOut(_steps[index])).SelectMany(index => PartsOf(index).Select(part => (_steps[index], part)));

    private void Prepare(RootDirectory root, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (_isLeftOut(_steps[i]))
                continue;
            try
            {
                _prepared[i] = _preparer.Prepare(root, _steps[i]);
            }
            catch (Exception e) when (e is FileOperationException or PreconditionException)
            {
                _failures[i] = ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}
