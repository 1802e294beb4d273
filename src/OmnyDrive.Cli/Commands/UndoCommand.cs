using System.CommandLine;
using OmnyDrive.Cli.Output;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>undo</c>: takes the last sync back.</summary>
internal static class UndoCommand
{
    public static Command Create(Binder bind)
    {
        var root = RootArgument.Optional("MOUNT");
        var command = new Command("undo", "Take back the last sync of a mount, or the last push to a published drive") { root };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetValue(root)));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string? argument)
    {
        await using var endpoint = context.OpenEndpoint();
        var root = RootArgument.Find(context, endpoint, argument);
        var result = root.Mount is { } mount ? await endpoint.UndoAsync(mount, context.Cancellation) : await endpoint.UndoAsync(root.Drive, context.Cancellation);
        RewindReport.Undone(context.Printer, root, result);
        return ExitCodes.Ok;
    }
}
