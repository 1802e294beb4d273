using System.Diagnostics;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Roots;

public sealed class RootLockTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void One_command_holds_a_lock_and_the_other_is_told()
    {
        using RootDirectory one = RootDirectory.OpenAt(_scratch.Path), other = RootDirectory.OpenAt(_scratch.Path);
        using (RootLock.Take(one, RootLayout.SyncLock))
            Assert.Equal(ErrorCode.LockHeld, Assert.Throws<DriveException>(() => RootLock.Take(other, RootLayout.SyncLock)).Code);
        RootLock.Take(other, RootLayout.SyncLock).Dispose();
    }

    [Fact]
    public async Task A_lock_that_was_released_is_free_although_child_processes_start_all_the_time()
    {
        using var stop = new CancellationTokenSource();
        var starting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var child = Process.Start("/bin/true");
                child.WaitForExit();
            }
        });
        using var root = RootDirectory.OpenAt(_scratch.Path);
        var until = DateTime.UtcNow + TimeSpan.FromSeconds(1);
        while (DateTime.UtcNow < until)
            RootLock.Take(root, RootLayout.SyncLock).Dispose();
        await stop.CancelAsync();
        await starting;
    }
}
