using System.CommandLine.Invocation;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli;

/// <summary>The command line as a library: the same parsing, output and exit codes as the <c>omnydrive</c> binary, in this process.</summary>
public static class OmnydriveCli
{
    /// <summary>
    /// Runs one command and returns its exit code; never throws for what the command met. Writes to nothing but what
    /// <paramref name="environment"/> names and the paths that the command is about. May be called concurrently.
    /// </summary>
    /// <param name="args">The arguments, without the name of the program.</param>
    /// <param name="environment">Where output goes and what the command sees; by default this process's own.</param>
    /// <param name="cancellation">Ends the command in order; it then returns 130.</param>
    public static Task<int> RunAsync(string[] args, CliEnvironment? environment = null, CancellationToken cancellation = default) =>
        RunAsync(args, environment ?? CliEnvironment.OfProcess(), CompositionRoot.Default, cancellation);

    internal static async Task<int> RunAsync(string[] args, CliEnvironment environment, CompositionRoot services, CancellationToken cancellation)
    {
        var commands = new CommandTree(environment, services);
        var parsed = commands.Parse(args);
        var printer = commands.PrinterFor(parsed, args);
        try
        {
            if (parsed.Action is ParseErrorAction || UsageError.HasUnknownOption(parsed))
                throw UsageError.Of(parsed);
            return await parsed.InvokeAsync(commands.Invocation, cancellation);
        }
        catch (Exception e)
        {
            var error = ErrorOf(e, cancellation.IsCancellationRequested);
            printer.Error(error, e);
            return ExitCodes.Of(error.Code);
        }
    }

    // The one place where whatever a command met becomes a code, a message and a hint.
    private static DriveException ErrorOf(Exception e, bool cancelled) => e switch
    {
        OperationCanceledException when cancelled => new DriveException(ErrorCode.Interrupted, "Interrupted.", "Run the same command again; it continues safely.", e),
        DriveException error => error,
        UnauthorizedAccessException or IOException => new DriveException(ErrorCode.Io, e.Message, inner: e),
        _ => new DriveException(ErrorCode.Failed, $"{e.GetType().Name}: {e.Message}", "This is a defect in omnydrive. Run the command again with --verbose and report what it prints.", e),
    };
}
