using System.CommandLine;
using OmnyDrive.Cli.Commands;
using OmnyDrive.Cli.Output;

namespace OmnyDrive.Cli;

/// <summary>All commands with the options that each of them takes.</summary>
internal sealed class CommandTree
{
    private readonly Option<string> _state = new("--state") { Description = "Where this endpoint keeps its state (default: $OMNYDRIVE_STATE, else ~/.omnydrive)", HelpName = "DIR", Recursive = true };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON value, also on failure", Recursive = true };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print results and errors only", Recursive = true };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Print every change, and the cause of errors", Recursive = true };
    private readonly Option<bool> _noColor = new("--no-color") { Description = "No colours (as with $NO_COLOR)", Recursive = true };
    private readonly Option<bool> _version = new("--version") { Description = "Print the version" };

    private readonly CliEnvironment _environment;
    private readonly CompositionRoot _services;
    private readonly RootCommand _root;

    public CommandTree(CliEnvironment environment, CompositionRoot services)
    {
        (_environment, _services) = (environment, services);
        _root = new RootCommand("Synchronizes drives between machines. Nothing is lost or overwritten without somebody saying so.")
        {
            _state, _json, _quiet, _verbose, _noColor,
        };
        _root.Directives.Clear();
        _root.Options.Remove(_root.Options.OfType<VersionOption>().Single());
        _root.Options.Add(_version);
        Bind(_root, (context, parsed) => parsed.GetValue(_version) ? VersionCommand.Print(context) : throw UsageError.NoCommand());
        AddCommands();
    }

    /// <summary>Keeps the parser's library away from the console, from signals and from exceptions.</summary>
    public InvocationConfiguration Invocation => new()
    {
        Output = _environment.Out,
        Error = _environment.Error,
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };

    // An argument that begins with @ is a path, not a file with more arguments.
    public ParseResult Parse(string[] args) => _root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>The printer that the options ask for. Looks at the bare arguments too: where parsing failed, options may not have been seen.</summary>
    public Printer PrinterFor(ParseResult parsed, string[] args) => new(_environment, new PrinterOptions(
        Json: parsed.GetValue(_json) || args.TakeWhile(arg => arg != "--").Contains("--json"),
        Quiet: parsed.GetValue(_quiet),
        Verbose: parsed.GetValue(_verbose),
        Color: _environment.ErrorIsTerminal && AllowsColor(parsed),
        AllowsColor: AllowsColor(parsed)));

    private bool AllowsColor(ParseResult parsed) => !parsed.GetValue(_noColor) && string.IsNullOrEmpty(_environment.Variable("NO_COLOR"));

    private void AddCommands()
    {
        _root.Add(ServeCommand.Create(Bind));
        _root.Add(LoginCommand.Create(Bind));
        _root.Add(ServeContentCommand.Create(Bind));
        _root.Add(PublishCommand.Create(Bind));
        _root.Add(UnpublishCommand.Create(Bind));
        _root.Add(DrivesCommand.Create(Bind));
        _root.Add(CloneCommand.Create(Bind));
        _root.Add(MountsCommand.Create(Bind));
        _root.Add(UnmountCommand.Create(Bind));
        _root.Add(SyncCommand.Create(Bind));
        _root.Add(StatusCommand.Create(Bind));
        _root.Add(DiffCommand.Create(Bind));
        _root.Add(ConflictsCommand.Create(Bind));
        _root.Add(ResolveCommand.Create(Bind));
        _root.Add(HistoryCommand.Create(Bind));
        _root.Add(RestoreCommand.Create(Bind));
        _root.Add(UndoCommand.Create(Bind));
        _root.Add(CredentialCommand.Create(Bind));
        _root.Add(HashCommand.Create(Bind));
        _root.Add(DemoCommand.Create(Bind));
        _root.Add(VersionCommand.Create(Bind));
    }

    private Command Bind(Command command, Func<CommandContext, ParseResult, Task<int>> execute)
    {
        command.SetAction((parsed, cancellation) => execute(ContextFor(parsed, cancellation), parsed));
        return command;
    }

    private CommandContext ContextFor(ParseResult parsed, CancellationToken cancellation) =>
        new(_environment, PrinterFor(parsed, []), _services, parsed.GetValue(_state), cancellation);
}

/// <summary>Gives a command its action.</summary>
internal delegate Command Binder(Command command, Func<CommandContext, ParseResult, Task<int>> execute);
