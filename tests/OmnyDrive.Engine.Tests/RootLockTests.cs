using System.Diagnostics;
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
    public void A_held_lock_is_refused_and_a_released_one_is_free()
    {
        using var scratch = new ScratchDirectory();
        using var root = RootDirectory.OpenAt(scratch.Path);
        using (RootLock.Take(root, RootLayout.SyncLock))
            Assert.Equal(ErrorCode.LockHeld, Assert.Throws<DriveException>(() => RootLock.Take(root, RootLayout.SyncLock)).Code);

        RootLock.Take(root, RootLayout.SyncLock).Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_lock_whose_file_was_removed_before_it_was_taken_excludes_others_all_the_same(bool directoryToo)
    {
        using var scratch = new ScratchDirectory();
        using var root = RootDirectory.OpenAt(scratch.Path);
        using var other = RootDirectory.OpenAt(scratch.Path);
        RootLock.BeforeLocking.Value = () =>
        {
            RootLock.BeforeLocking.Value = null;
            File.Delete(scratch.At(".omnydrive/sync.lock"));
            if (directoryToo)
                Directory.Delete(scratch.At(".omnydrive"));
        };

        using var held = RootLock.Take(root, RootLayout.SyncLock);

        Assert.Equal(ErrorCode.LockHeld, Assert.Throws<DriveException>(() => RootLock.Take(other, RootLayout.SyncLock)).Code);
    }

    [Fact]
    public async Task A_released_lock_is_free_while_child_processes_are_being_started()
    {
        using var scratch = new ScratchDirectory();
        using var root = RootDirectory.OpenAt(scratch.Path);
        using var ended = new CancellationTokenSource();
        var starting = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
                Process.Start(new ProcessStartInfo("true"))!.Dispose();
        });

        for (var i = 0; i < 2_000; i++)
            RootLock.Take(root, RootLayout.SyncLock).Dispose();

        await ended.CancelAsync();
        await starting;
    }

    [Fact]
    public void A_released_lock_is_free_though_a_child_that_is_being_started_has_a_copy_of_its_handle()
    {
        using var scratch = new ScratchDirectory();
        using var root = RootDirectory.OpenAt(scratch.Path);
        SafeFileHandle copy;
        using (RootLock.Take(root, RootLayout.SyncLock))
        {
            var path = scratch.At(".omnydrive", RootLayout.SyncLock);
            var handle = Directory.GetFiles("/proc/self/fd").Single(fd => new FileInfo(fd).LinkTarget == path);
            copy = new SafeFileHandle(Duplicate(int.Parse(Path.GetFileName(handle), null)), ownsHandle: true);
        }

        using (copy)
            RootLock.Take(root, RootLayout.SyncLock).Dispose();
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int fd);
}
