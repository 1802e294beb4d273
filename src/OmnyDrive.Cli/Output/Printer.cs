using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OmnyDrive.Cli.Json;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Output;

/// <summary>How to print.</summary>
/// <param name="Json">Results and errors as JSON.</param>
/// <param name="Quiet">Results and errors only.</param>
/// <param name="Verbose">Everything there is to say.</param>
/// <param name="Color">With colours where notes and errors go.</param>
/// <param name="AllowsColor">Whether anybody minds colours on a terminal.</param>
internal sealed record PrinterOptions(bool Json, bool Quiet, bool Verbose, bool Color, bool AllowsColor = false);

/// <summary>The only way in which commands say anything: results to the one stream, everything else to the other.</summary>
internal sealed class Printer(CliEnvironment environment, PrinterOptions options)
{
    private const string Red = "\e[31m", Yellow = "\e[33m", Bold = "\e[1m", Plain = "\e[0m";

    public bool Json => options.Json;

    public bool Verbose => options.Verbose;

    /// <summary>Whether results may have colours where they go to a terminal.</summary>
    public bool AllowsColor => options.AllowsColor;

    /// <summary>Whether something that redraws itself has a place to be.</summary>
    public bool ShowsProgress => environment.ErrorIsTerminal && !options.Json && !options.Quiet;

    public TextWriter ErrorWriter => environment.Error;

    /// <summary>Prints a result: the value as one line of JSON, or lines for a person.</summary>
    public void Result<T>(T value, JsonTypeInfo<T> type, params IEnumerable<string> lines)
    {
        if (options.Json)
        {
            Write(value, type);
            return;
        }
        foreach (var line in lines)
            environment.Out.WriteLine(Printable.Of(line));
    }

    /// <summary>Says something that is not a result.</summary>
    public void Note(string text)
    {
        if (!options.Quiet && !options.Json)
            environment.Error.WriteLine(Printable.Of(text));
    }

    /// <summary>Says something that needs attention though the command went on; with JSON it is part of the value instead.</summary>
    public void Warning(string text)
    {
        if (!options.Json)
            environment.Error.WriteLine($"{Paint(Yellow, "warning:")} {Printable.Of(text)}");
    }

    /// <summary>Says why a command failed.</summary>
    public void Error(DriveException error, Exception cause)
    {
        if (options.Json)
            Write(new ErrorEnvelope(ErrorValue.Of(error)), CliJson.Shared.ErrorEnvelope);
        else
            Explain(error);
        if (options.Verbose)
            environment.Error.WriteLine(cause);
    }

    /// <summary>Says an error to a person.</summary>
    public void Explain(DriveException error)
    {
        environment.Error.WriteLine($"{Paint(Red, LabelOf(error.Code))} {Printable.Of(error.Message)}");
        if (error.Hint is { } hint)
            environment.Error.WriteLine($"{Paint(Bold, Printable.Of(hint))}");
    }

    // A sync of many files is a large value: it goes out in pieces.
    private void Write<T>(T value, JsonTypeInfo<T> type)
    {
        using var output = environment.OpenOutput();
        JsonSerializer.Serialize(output, value, type);
        output.WriteByte((byte)'\n');
    }

    private static string LabelOf(string code) => code switch
    {
        ErrorCode.Conflict => "conflict:",
        ErrorCode.Halted => "halted:",
        _ => "error:",
    };

    private string Paint(string color, string text) => options.Color ? color + text + Plain : text;
}
