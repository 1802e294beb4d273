using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>A process that this test started, and ends at the latest when it is disposed.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private readonly Task<string> _error;

    private RunningProcess(Process process, string input)
    {
        _process = process;
        _process.StandardInput.Write(input);
        _process.StandardInput.Close();
        _error = _process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public static RunningProcess Start(ProcessStartInfo info, string input = "") => new(Process.Start(info)!, input);

    /// <summary>The first line of output; fails the test where the process ends without one.</summary>
    public async Task<string> FirstLineAsync()
    {
        var first = await Task.WhenAny(_firstLine.Task, _reading).WaitAsync(CliProcess.Patience);
        if (first != _firstLine.Task && !_firstLine.Task.IsCompleted)
            Assert.Fail($"ended before it was ready: {await _error}");
        return await _firstLine.Task;
    }

    /// <summary>The <c>url</c> of a ready line.</summary>
    public async Task<string> UrlAsync()
    {
        using var line = JsonDocument.Parse(await FirstLineAsync());
        Assert.Equal("ready", line.RootElement.GetProperty("event").GetString());
        return line.RootElement.GetProperty("url").GetString()!;
    }

    /// <summary>Sends SIGINT, as Ctrl-C does, and waits for the end.</summary>
    public async Task<CliResult> InterruptAsync()
    {
        await SignalAsync("INT");
        return await EndAsync();
    }

    /// <summary>Sends a signal; one that comes too late does nothing.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", $"{_process.Id}"]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for the end, so long as no command takes.</summary>
    public Task<CliResult> EndAsync() => EndAsync(CliProcess.Patience);

    /// <summary>Waits for the end.</summary>
    public async Task<CliResult> EndAsync(TimeSpan patience)
    {
        await _process.WaitForExitAsync().WaitAsync(patience);
        await _reading;
        return new CliResult(_process.ExitCode, _out.ToString(), await _error);
    }

    /// <summary>Ends it at once, leaving it no time to clean up.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _out.Append(line).Append('\n');
            _firstLine.TrySetResult(line);
        }
    }
}
