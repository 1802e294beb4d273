namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>
/// What happens at system calls that change what is on the disk, counted for each thread of a process; the call itself has no effect. By strace.
/// </summary>
internal sealed class FaultyCalls
{
    /// <summary>The exit code of a process that was killed.</summary>
    internal const int Killed = 137;

    // The runtime writes to pipes and sockets by others.
    private const string Writing = "pwrite64,pwritev,copy_file_range,mkdirat,symlinkat,ftruncate,fsync,fdatasync,syncfs";
    private const string Changing = $"rename,renameat,renameat2,link,linkat,rmdir,unlink,unlinkat,mkdir,utimensat,fchmod,{Writing}";

    private readonly string[] _options;

    private FaultyCalls(string calls, string fault) => _options = ["-f", "-qq", "-o", "/dev/null", "-e", $"trace={calls}", "-e", $"inject={calls}:{fault}"];

    /// <summary>The process is killed at its n-th call that renames, removes, writes, flushes or makes something.</summary>
    internal static FaultyCalls KillAt(int n) => new(Changing, $"signal=SIGKILL:when={n}");

    /// <summary>From the n-th call on each that writes, flushes or makes something fails: the disk is full, or broken.</summary>
    internal static FaultyCalls FailFrom(int n, string error) => new(Writing, $"error={error}:when={n}+");

    /// <summary>Starts a command; its process is the command's own.</summary>
    internal RunningProcess Start(string directory, params string[] args) =>
        RunningProcess.Start(CliProcess.InfoFor(directory, "strace", ["-D", .. _options, .. CliProcess.Command, .. args]));

    /// <summary>Begins with a process that is running. It ends with what is returned, a process of its own.</summary>
    internal async Task<RunningProcess> AttachAsync(RunningProcess process)
    {
        var tracer = RunningProcess.Start(CliProcess.InfoFor(Path.GetTempPath(), "strace", [.. _options, "-p", $"{process.Id}"]));
        await Poll.UntilAsync(() => process.HasEnded || Directory.GetDirectories($"/proc/{process.Id}/task").All(IsTraced), "the tracer");
        return tracer;
    }

    private static bool IsTraced(string task)
    {
        try
        {
            return !File.ReadLines($"{task}/status").Contains("TracerPid:\t0");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The thread has ended.
            return true;
        }
    }
}
