using OmnyDrive.Engine.Files;
using OmnyDrive.History;

namespace OmnyDrive.Engine.History;

/// <summary>A generation that counts once it is accepted. To be disposed.</summary>
internal sealed class BegunGeneration(IDirectoryHandle directory, GenerationLog log, RecordedGeneration recorded) : IDisposable
{
    private bool _isMarked;

    /// <summary>Says durably that it came about.</summary>
    internal void Accept()
    {
        log.Mark(recorded.Generation.Number, isAccepted: true);
        _isMarked = true;
        log.Sync();
    }

    /// <summary>Says durably that it did not, where an attempt to accept it may have.</summary>
    internal void Retract()
    {
        if (!_isMarked)
            return;
        log.Mark(recorded.Generation.Number, isAccepted: false);
        log.Sync();
    }

    /// <summary>Says that it did not come about: nobody takes it for one that was broken off.</summary>
    internal void Abandon() => log.Forget(recorded.Generation.Number);

    /// <summary>Replaces what it changes by what really changed.</summary>
    internal void Correct(IReadOnlyList<RecordedChange> changes)
    {
        ChangeListFile.Write(directory, recorded.Generation.Number, changes);
        log.Begin(recorded with { Generation = recorded.Generation with { Counts = ChangeCounts.Of(changes.Select(change => change.Change)) } });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        log.Dispose();
        directory.Dispose();
    }
}
