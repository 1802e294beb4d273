using OmnyDrive.Drives;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

public sealed class RootGuardTests
{
    [Fact]
    public void A_root_whose_marker_is_damaged_is_closed_again()
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(Path.Combine(scratch.Directory(".omnydrive"), "marker.json"), "{");

        var refused = Assert.Throws<DriveException>(() => RootGuard.OpenMount(scratch.Path, MountId.FromRandom(new byte[32])));

        Assert.Equal(ErrorCode.RootMissing, refused.Code);
        Assert.DoesNotContain(scratch.Path, Directory.GetFileSystemEntries("/proc/self/fd").Select(open => new FileInfo(open).LinkTarget));
    }
}
