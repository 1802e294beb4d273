using System.Diagnostics;

namespace OmnyDrive.Engine.Tests;

/// <summary>Small programs of the system, for what .NET cannot do or see, and as an independent look.</summary>
internal static class Programs
{
    /// <summary>Runs one to its end and returns what it printed, without the last newline.</summary>
    internal static string Run(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.TrimEnd('\n');
    }
}
