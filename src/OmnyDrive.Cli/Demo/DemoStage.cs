using OmnyDrive.Cli.Json;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Demo;

/// <summary>Runs the demo's commands through the command line itself, in its own directory, and shows what they say.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private readonly CommandContext _context;
    private readonly CancellationTokenSource _end;
    private readonly List<Task<int>> _servers = [];
    private readonly List<DemoStepValue> _played = [];

    public DemoStage(CommandContext context, string place)
    {
        (_context, Place) = (context, place);
        _end = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
    }

    /// <summary>The directory that the commands run in.</summary>
    public string Place { get; }

    public CancellationToken Cancellation => _context.Cancellation;

    public IReadOnlyList<DemoStepValue> Played => _played;

    public string PathOf(string name) => Path.Combine(Place, name);

    /// <summary>Tells something; with JSON the steps tell it all.</summary>
    public void Say(string text)
    {
        if (!_context.Printer.Json && text.Length > 0)
            _context.Environment.Out.WriteLine($"\n# {text}");
    }

    /// <summary>Edits a file of the demo.</summary>
    public Task WriteAsync(string directory, string file, string text, bool append)
    {
        var path = Path.Combine(Place, directory, file);
        return append ? File.AppendAllTextAsync(path, text, Cancellation) : File.WriteAllTextAsync(path, text, Cancellation);
    }

    /// <summary>Runs a command that must succeed; returns what it printed.</summary>
    public Task<string> RunAsync(string why, params string[] args) => RunExpectingAsync(ExitCodes.Ok, why, args);

    /// <summary>Runs a command that must end with that exit code; returns what it printed.</summary>
    public async Task<string> RunExpectingAsync(int expected, string why, params string[] args)
    {
        Announce(why, args, background: false);
        using var output = new FirstLineWriter();
        var exitCode = await OmnydriveCli.RunAsync(args, EnvironmentWith(output), _context.Services, Cancellation);
        Cancellation.ThrowIfCancellationRequested();
        Show(output.Text);
        _played.Add(new DemoStepValue(why, CommandLine(args), exitCode, output.Text));
        return exitCode == expected ? output.Text : throw Unexpected(args, exitCode, output.Text);
    }

    /// <summary>Starts a command that goes on until the demo ends; returns when it is ready.</summary>
    public async Task StartAsync(string why, params string[] args)
    {
        Announce(why, args, background: true);
        // What a server says when it cannot start must not look like its ready line.
        FirstLineWriter output = new(), errors = new();
        var environment = EnvironmentWith(output) with { Error = errors };
        var server = Task.Run(() => OmnydriveCli.RunAsync(args, environment, _context.Services, _end.Token), CancellationToken.None);
        _servers.Add(server);
        if (await Task.WhenAny(output.FirstLine, server) == server)
            throw Unexpected(args, await server, errors.Text);
        Show(output.Text);
        _played.Add(new DemoStepValue(why, CommandLine(args), ExitCodes.Ok, output.Text));
    }

    /// <summary>Stops the servers.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_servers);
        _end.Dispose();
    }

    private void Announce(string why, string[] args, bool background)
    {
        Say(why);
        if (!_context.Printer.Json)
            _context.Environment.Out.WriteLine($"$ {CommandLine(args)}{(background ? " &" : "")}");
    }

    private void Show(string text)
    {
        if (!_context.Printer.Json)
            _context.Environment.Out.Write(text);
    }

    private CliEnvironment EnvironmentWith(TextWriter output) =>
        _context.Environment with { Out = output, Error = output, CurrentDirectory = Place, ErrorIsTerminal = false };

    private static string CommandLine(string[] args) => "omnydrive " + string.Join(' ', args);

    private static DriveException Unexpected(string[] args, int exitCode, string output) => new(ErrorCode.Failed,
        $"The demo's command \"{CommandLine(args)}\" ended with exit code {exitCode}. It said: {output.Trim().ReplaceLineEndings(" ")}",
        "Run omnydrive demo --keep and repeat that command in the demo's directory.");
}
