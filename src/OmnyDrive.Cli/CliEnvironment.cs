using OmnyDrive.Cli.Output;

namespace OmnyDrive.Cli;

/// <summary>What a command sees of the process it runs in; commands touch no console, directory or variable but these.</summary>
public sealed record CliEnvironment
{
    /// <summary>Takes results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Takes everything else: notes, progress, errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The absolute directory that relative paths start from.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>Looks an environment variable up; null where it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>Whether <see cref="Error"/> is a terminal, so that progress and colour make sense. Default: false.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal, so that a pager and colours make sense there. Default: false.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Takes results that are bytes; what was written to <see cref="Out"/> before comes before them. By default they are taken for UTF-8 and go to <see cref="Out"/>.</summary>
    public Func<Stream>? OutBytes { get; init; }

    /// <summary>Asks for a secret, with a prompt where a person is asked; null where nothing comes. By default nothing does.</summary>
    public Func<string, CancellationToken, string?> ReadSecret { get; init; } = (_, _) => null;

    /// <summary>Opens the way out for bytes.</summary>
    internal Stream OpenOutput()
    {
        Out.Flush();
        return OutBytes?.Invoke() ?? new TextStream(Out);
    }

    /// <summary>The environment of this process.</summary>
    public static CliEnvironment OfProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        CurrentDirectory = Environment.CurrentDirectory,
        Variable = Environment.GetEnvironmentVariable,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        OutIsTerminal = !Console.IsOutputRedirected,
        OutBytes = Console.OpenStandardOutput,
        ReadSecret = SecretPrompt.Read,
    };
}
