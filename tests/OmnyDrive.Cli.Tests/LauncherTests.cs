using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests;

/// <summary>The launcher at the root of the repository; its first run in a working copy builds.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly TestPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task It_passes_arguments_directory_and_exit_code_through()
    {
        _place.Write("two words", "abc");

        Assert.StartsWith("sha256:ba7816bf", (await RunAsync("hash", "two words")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains(_place["nope"], (await RunAsync("hash", "nope")).Expect(3).Error, StringComparison.Ordinal);
        (await RunAsync()).Expect(64);
    }

    [Fact]
    public async Task It_works_through_a_symbolic_link()
    {
        File.CreateSymbolicLink(_place["link"], Path.Combine(Repository.Root, "omnydrive"));

        await using var process = RunningProcess.Start(InfoFor(_place["link"], ["version"]));

        Assert.StartsWith("omnydrive ", (await process.EndAsync(TimeSpan.FromMinutes(5))).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_hands_signals_on()
    {
        await using var process = RunningProcess.Start(InfoFor(Path.Combine(Repository.Root, "omnydrive"), ["serve", "--port", "0"]));
        await process.FirstLineAsync();

        (await process.InterruptAsync()).Expect(130);
    }

    private async Task<CliResult> RunAsync(params string[] args)
    {
        await using var process = RunningProcess.Start(InfoFor(Path.Combine(Repository.Root, "omnydrive"), args));
        return await process.EndAsync(TimeSpan.FromMinutes(5));
    }

    // The build looks for packages in the home directory; the one of this process has them.
    private System.Diagnostics.ProcessStartInfo InfoFor(string program, string[] args)
    {
        var info = CliProcess.InfoFor(_place.Path, program, args);
        info.Environment["HOME"] = Environment.GetEnvironmentVariable("HOME");
        info.Environment["OMNYDRIVE_STATE"] = _place["state"];
        return info;
    }
}
