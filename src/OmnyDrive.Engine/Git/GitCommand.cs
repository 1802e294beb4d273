using System.ComponentModel;
using System.Diagnostics;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Git;

/// <summary>What a run of git gave.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to its standard output.</param>
/// <param name="Errors">What it wrote to its standard error.</param>
internal sealed record GitOutput(int ExitCode, byte[] Output, string Errors);

/// <summary>
/// Runs the <c>git</c> command, the only way in which this engine does: arguments as a list, no shell, no configuration but its own defaults, no prompts, nothing inherited that could change what it does. A cancelled run
/// is ended.
/// </summary>
internal static class GitCommand
{
    /// <summary>Runs it to its end; the caller looks at the exit code. Throws <c>not_supported</c> where there is no git, <c>failed</c> where it writes more than <paramref name="mostBytes"/>.</summary>
    /// <param name="directory">Where it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="mostBytes">How much it may write.</param>
    /// <param name="cancellation">Ends it.</param>
    internal static async Task<GitOutput> RunAsync(string directory, IReadOnlyList<string> arguments, int mostBytes, CancellationToken cancellation)
    {
        using var process = Start(directory, arguments);
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            var output = await ReadAsync(process.StandardOutput.BaseStream, mostBytes, cancellation);
            await process.WaitForExitAsync(cancellation);
            return new GitOutput(process.ExitCode, output, await errors);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(string directory, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new DriveException(ErrorCode.NotSupported, $"git cannot be run: {e.Message}.", "Install git and run the same command again.", e);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream from, int most, CancellationToken cancellation)
    {
        using var output = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; (read = await from.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (output.Length + read > most)
                throw new DriveException(ErrorCode.Failed, $"git wrote more than {most >> 20} MiB.", "Settle these files in another way.");
            output.Write(buffer, 0, read);
        }
        return output.ToArray();
    }
}
