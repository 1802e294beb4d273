using System.Diagnostics;

namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>Runs the built command line as a real process, with a home directory of its own.</summary>
internal static class CliProcess
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The program and its first arguments: the native binary where one was built for the tests, as ./test does, else the one that was built beside them, on the runtime.</summary>
    internal static readonly IReadOnlyList<string> Command =
        Environment.GetEnvironmentVariable("OMNYDRIVE_TEST_BINARY") is { Length: > 0 } binary ? [binary] : ["dotnet", Path.Combine(AppContext.BaseDirectory, "omnydrive.dll")];

    /// <summary>Runs a command to its end.</summary>
    public static async Task<CliResult> RunAsync(string directory, params string[] args)
    {
        await using var process = Start(directory, args);
        return await process.EndAsync();
    }

    /// <summary>The same for one that reads something.</summary>
    public static async Task<CliResult> RunWithInputAsync(string directory, string input, params string[] args)
    {
        await using var process = RunningProcess.Start(InfoFor(directory, Command[0], [.. Command.Skip(1), .. args]), input);
        return await process.EndAsync();
    }

    /// <summary>Starts a command that goes on, and waits for its first line.</summary>
    public static async Task<RunningProcess> StartAsync(string directory, params string[] args)
    {
        var process = Start(directory, args);
        await process.FirstLineAsync();
        return process;
    }

    public static RunningProcess Start(string directory, params string[] args) => RunningProcess.Start(InfoFor(directory, Command[0], [.. Command.Skip(1), .. args]));

    /// <summary>How a program is started: without what this process's environment says about OmnyDrive, colours and homes.</summary>
    public static ProcessStartInfo InfoFor(string directory, string program, IEnumerable<string> args)
    {
        var info = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["HOME"] = directory;
        info.Environment.Remove("OMNYDRIVE_STATE");
        info.Environment.Remove("NO_COLOR");
        return info;
    }
}
