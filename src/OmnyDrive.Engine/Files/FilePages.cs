using OmnyDrive.Engine.Files.Linux;

namespace OmnyDrive.Engine.Files;

/// <summary>Tells the system about the memory of mapped files.</summary>
internal static unsafe class FilePages
{
    /// <summary>
    /// Lets the pages of a mapped file go that is mapped for reading; reading brings them again. Where the system knows no such advice nothing happens.
    /// </summary>
    internal static void Release(byte* start, long length)
    {
        // Only advice: a failure leaves the pages where they are.
        if (OperatingSystem.IsLinux())
            _ = LibC.MAdvise(start, (nuint)length, LibC.AdviceDontNeed);
    }
}
