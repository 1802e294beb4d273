using OmnyDrive.Engine.Applying.Journaling;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.History;
using OmnyDrive.Engine.Roots;

namespace OmnyDrive.Engine.Applying;

/// <summary>The lock of a root under which changes are applied. Whoever gets it finds no journal: one that a dead holder left is ended first.</summary>
internal static class ApplyLock
{
    /// <summary>Waits for the lock; throws <c>lock_held</c> after <paramref name="patience"/>.</summary>
    internal static async Task<RootLock> WaitAsync(RootDirectory root, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var held = await RootLock.WaitAsync(root, RootLayout.ApplyLock, patience, time, cancellation);
        try
        {
            JournalRecovery.Run(root);
            new RootHistory(root, HistoryRole.Mount).EndBrokenOff();
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Whether an apply is going on or was broken off.</summary>
    internal static bool IsBrokenOff(RootDirectory root) => Journal.IsThere(root);

    /// <summary>
    /// Before a root is looked at: ends an apply that was broken off. Costs one look where there is none, and waits for nobody: while somebody holds the lock, an apply is going on.
    /// </summary>
    internal static void EndBrokenOff(RootDirectory root)
    {
        if (!Journal.IsThere(root))
            return;
        using var held = RootLock.TryTake(root, RootLayout.ApplyLock);
        if (held is not null)
            JournalRecovery.Run(root);
    }
}
