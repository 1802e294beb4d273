using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Scanning.Index;

namespace OmnyDrive.Engine.Scanning;

/// <summary>
/// Lists directories so that no name is missed that is there all the time. A name that is replaced while a directory is read may be missed (POSIX permits it,
/// tmpfs does it), so a directory is read until it stood still. For one thread.
/// </summary>
internal sealed class SteadyListing(ScanRun run)
{
    private const int Attempts = 4;
    private const int Waits = 25;

    private long _since = run.ChangesSince;

    /// <summary>The names of the directory that was listed last, in the order of their bytes.</summary>
    internal NameList Names { get; } = new();

    /// <summary>
    /// Lists a directory; returns its state from before the names were read. One that never stands still is taken to hold all names that were read at any time or
    /// that <paramref name="known"/> has, the latter as not certain: each is to be looked at by itself. So is one of whose times nothing follows.
    /// </summary>
    internal FileStat Read(IDirectoryHandle directory, FileStat stat, DirectoryRecord? known)
    {
        Names.Clear();
        if (!StandsStill(directory, ref stat) && known is { } before)
            Add(run.Known!.Block(before));
        Names.Sort();
        return stat;
    }

    private bool StandsStill(IDirectoryHandle directory, ref FileStat stat)
    {
        var waits = 0;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            // The clock of a file system goes in ticks of some milliseconds: a change in the tick of the one before leaves the time as it is. So that tick is to be over.
            for (; !IsTold(stat) && run.KeepsDirectoryTimes && waits < Waits; waits++)
            {
                if (waits > 0)
                    Thread.Sleep(1);
                _since = directory.ChangesFromNow();
                stat = directory.Stat();
            }
            directory.List(Names);
            var after = directory.Stat();
            if (stat == after)
                return run.KeepsDirectoryTimes && IsTold(stat);
            stat = after;
        }
        return false;
    }

    // Whether a later change shows. The clock was read before the directory was looked at.
    private bool IsTold(in FileStat stat) => stat.Changed < _since;

    private void Add(DirectoryBlock block)
    {
        foreach (ref readonly var record in block.Records)
            Names.Add(block.Name(record), isCertain: false);
    }
}
