using System.Diagnostics;

namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>Waits for what another process does, no longer than it takes.</summary>
internal static class Poll
{
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < CliProcess.Patience, $"did not come: {what}");
            await Task.Delay(5);
        }
    }

    /// <summary>Until some process holds a lock on a file, or the one that shall take it has ended.</summary>
    public static Task UntilLockedAsync(string file, RunningProcess by)
    {
        string? inode = null;
        return UntilAsync(() => by.HasEnded || ((inode ??= InodeOf(file)) is { } found && IsLocked(found)), $"a lock on {file}");
    }

    // Lines of /proc/locks: "1: FLOCK  ADVISORY  WRITE 4242 fe:00:123456 0 EOF". Looking takes no lock away.
    private static bool IsLocked(string inode) => File.ReadLines("/proc/locks").Any(line => line.Contains($":{inode} ", StringComparison.Ordinal));

    private static string? InodeOf(string file)
    {
        if (!File.Exists(file))
            return null;
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", file]) { RedirectStandardOutput = true })!;
        var inode = stat.StandardOutput.ReadToEnd().Trim();
        stat.WaitForExit();
        return inode;
    }
}
