namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>Launches commands under strace and tells every system call that named a file.</summary>
internal sealed class SystemCalls : IDisposable
{
    private readonly TestPlace _traces = new();
    private int _launched;

    /// <summary>
    /// Starts a command; its process is the command's own, so that signals reach it. Each thread is written to a file of its own, so that no call is torn by another's;
    /// descriptors are written with the paths they lead to.
    /// </summary>
    public RunningProcess Launch(string directory, string[] args) => RunningProcess.Start(CliProcess.InfoFor(directory, "strace",
        ["-D", "-ff", "-q", "-y", "-s", "8192", "-e", "trace=%file", "-e", "signal=none", "-o", _traces[$"{Interlocked.Increment(ref _launched)}"], .. CliProcess.Command, .. args]));

    /// <summary>All calls of the commands, which must have ended.</summary>
    public async Task<IReadOnlyList<SystemCall>> AllAsync()
    {
        // The tracer outlives what it traces for a moment.
        await Poll.UntilAsync(() => Directory.GetFiles(_traces.Path).All(file => File.ReadLines(file).LastOrDefault()?.StartsWith("+++", StringComparison.Ordinal) == true), "the end of the traces");
        return [.. Directory.GetFiles(_traces.Path).SelectMany(File.ReadLines).Where(line => !line.StartsWith("+++", StringComparison.Ordinal)).Select(SystemCall.Parse)];
    }

    public void Dispose() => _traces.Dispose();
}
