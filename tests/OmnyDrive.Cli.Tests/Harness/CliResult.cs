using System.Text.Json;

namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>How a command ended.</summary>
internal sealed record CliResult(int ExitCode, string Out, string Error)
{
    /// <summary>The one JSON value that is all of standard output.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Out);
            Assert.Equal(1, Out.AsSpan().TrimEnd('\n').Count('\n') + 1);
            return document.RootElement.Clone();
        }
    }

    /// <summary>The code of the error that standard output holds as JSON.</summary>
    public string? ErrorCode => Json.GetProperty("error").GetProperty("code").GetString();

    /// <summary>Fails the test where the exit code is another, showing what the command said.</summary>
    public CliResult Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, expected {exitCode}\nstdout: {Out}\nstderr: {Error}");
        return this;
    }
}
