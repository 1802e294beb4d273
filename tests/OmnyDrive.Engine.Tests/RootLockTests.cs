using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

public sealed partial class RootLockTests
{
    [Fact]
    public void A_lock_has_one_holder_and_is_free_when_it_is_given_back()
    {
        using var scratch = new ScratchDirectory();
        using var root = RootDirectory.OpenAt(scratch.Path);
        using (RootLock.Take(root, "lock"))
            Assert.Equal(ErrorCode.LockHeld, Assert.Throws<DriveException>(() => RootLock.Take(root, "lock")).Code);

        RootLock.Take(root, "lock").Dispose();
    }

    [Fact]
    public void A_lock_that_is_given_back_is_free_though_a_child_that_is_being_started_has_a_copy_of_its_handle()
    {
        using var scratch = new ScratchDirectory();
        using var root = RootDirectory.OpenAt(scratch.Path);
        SafeFileHandle copy;
        using (RootLock.Take(root, "lock"))
        {
            var path = scratch.At(".omnydrive", "lock");
            var handle = Directory.GetFiles("/proc/self/fd").Single(fd => new FileInfo(fd).LinkTarget == path);
            copy = new SafeFileHandle(Duplicate(int.Parse(Path.GetFileName(handle), null)), ownsHandle: true);
        }

        using (copy)
            RootLock.Take(root, "lock").Dispose();
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int fd);
}
