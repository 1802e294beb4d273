using System.Runtime;

namespace OmnyDrive.Cli.Commands;

/// <summary>
/// Puts off the first garbage collections of a command. What a plan is made of lives until the command ends, so to collect while it grows finds next to nothing: where tens of
/// thousands of paths change that is a quarter of the command's time. What a command does not allocate is only reserved; one that allocates much takes some 30 MB more.
/// </summary>
internal static class LateCollection
{
    private const long Allowance = 48L << 20, LeastMemory = 1L << 30;

    /// <summary>From now on 48 MiB are allocated before anything is collected; after that all is as usual. Does nothing on a machine that has little memory.</summary>
    internal static void Begin()
    {
        if (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < LeastMemory || GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            return;
        try
        {
            GC.TryStartNoGCRegion(Allowance);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
        {
            // The heap is not set up for it, or somebody else in this process was first: it is collected as usual.
        }
    }
}
