using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests;

/// <summary>The command line called in this process, as an embedding program does.</summary>
public sealed class LibraryTests : IDisposable
{
    private readonly TestPlace _place = new();
    private readonly StringWriter _out = new(), _error = new();

    public void Dispose()
    {
        _place.Dispose();
        _out.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Output_and_directory_are_those_it_was_given()
    {
        _place.Write("file", "abc");

        Assert.Equal(0, await RunAsync("hash", "file"));
        Assert.StartsWith("sha256:ba7816bf", _out.ToString(), StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Help_goes_to_the_output_it_was_given()
    {
        Assert.Equal(0, await RunAsync("sync", "--help"));
        Assert.Contains("--dry-run", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_command_returns_130()
    {
        _place.Write("file", "abc");

        Assert.Equal(130, await OmnydriveCli.RunAsync(["--json", "hash", "file"], Here, new CancellationToken(canceled: true)));
        Assert.Contains("\"interrupted\"", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_directory_comes_from_the_option_then_the_variable_then_the_home()
    {
        var seen = new List<string>();
        var services = new CompositionRoot { OpenEndpoint = state => { seen.Add(state); throw new OperationCanceledException(); } };
        var environment = Here with { Variable = name => name switch { "OMNYDRIVE_STATE" => "variable", "HOME" => "/home/x", _ => null } };

        await OmnydriveCli.RunAsync(["mounts", "--state", "option"], environment, services, default);
        await OmnydriveCli.RunAsync(["mounts"], environment, services, default);
        await OmnydriveCli.RunAsync(["mounts"], environment with { Variable = name => name == "HOME" ? "/home/x" : null }, services, default);

        Assert.Equal([_place["option"], _place["variable"], "/home/x/.omnydrive"], seen);
    }

    [Theory]
    [InlineData(true, false, null, true)]
    [InlineData(true, true, null, false)]
    [InlineData(true, false, "1", false)]
    [InlineData(false, false, null, false)]
    public async Task Colours_are_for_terminals_that_were_not_told_otherwise(bool terminal, bool option, string? variable, bool colored)
    {
        var environment = Here with { ErrorIsTerminal = terminal, Variable = name => name == "NO_COLOR" ? variable : null };

        await OmnydriveCli.RunAsync(option ? ["hash", "nope", "--no-color"] : ["hash", "nope"], environment);

        Assert.Equal(colored, _error.ToString().Contains('\e', StringComparison.Ordinal));
    }

    private CliEnvironment Here => new() { Out = _out, Error = _error, CurrentDirectory = _place.Path };

    private Task<int> RunAsync(params string[] args) => OmnydriveCli.RunAsync(args, Here);
}
