using System.CommandLine;
using System.Globalization;
using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;
using OmnyDrive.Engine;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>history</c>: the states that a mount or a published drive had.</summary>
internal static class HistoryCommand
{
    private const int ShownUnlessVerbose = 20;

    public static Command Create(Binder bind)
    {
        var root = RootArgument.Optional("DRIVE-OR-MOUNT");
        var command = new Command("history", "List the states that a mount or a published drive had, the newest first") { root };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetValue(root)));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string? argument)
    {
        await using var endpoint = context.OpenEndpoint();
        var root = RootArgument.Find(context, endpoint, argument);
        // One more tells that there are more.
        var most = context.Printer.Verbose || context.Printer.Json ? LocalDriveEndpoint.DefaultHistory : ShownUnlessVerbose + 1;
        var generations = await (root.Mount is { } mount ? endpoint.ReadHistoryAsync(mount, most, context.Cancellation) : endpoint.ReadHistoryAsync(root.Drive, most, context.Cancellation));
        IReadOnlyList<GenerationValue> values = [.. generations.Select(GenerationValue.Of)];
        var shown = context.Printer.Verbose ? values : [.. values.Take(ShownUnlessVerbose)];
        context.Printer.Result(values, CliJson.Shared.IReadOnlyListGenerationValue, values.Count == 0 ? [] : TextTable.Lines(Rows(shown)));
        if (values.Count == 0)
            context.Printer.Note($"Nobody has looked at {root.Name} yet, so there is no history.");
        else if (shown.Count < values.Count)
            context.Printer.Note("… and older ones: --verbose");
        return ExitCodes.Ok;
    }

    private static List<string[]> Rows(IEnumerable<GenerationValue> values) =>
    [
        ["GEN", "WHAT", "BY", "WHEN", "CHANGES", "REF", ""],
        .. values.Select(value => new[]
        {
            value.Generation.ToString(CultureInfo.InvariantCulture), value.Kind, value.Author ?? "-", value.At.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            value.Counts is { } counts ? $"+{counts.Added} ~{counts.Modified} -{counts.Deleted}" : "-", Quantities.Short(value.Ref), value.Subject ?? "",
        }),
    ];
}
