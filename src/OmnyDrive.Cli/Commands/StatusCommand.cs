using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>status</c>: how a mount and its origin stand to each other.</summary>
internal static class StatusCommand
{
    public static Command Create(Binder bind)
    {
        var mount = MountArgument.Optional();
        var command = new Command("status", "Show what each side changed since the last sync, open conflicts and problems; change nothing") { mount };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetValue(mount)));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string? argument)
    {
        await using var endpoint = context.OpenEndpoint();
        var mount = context.FindMount(endpoint, argument);
        var report = await endpoint.InspectAsync(mount.Id, context.Cancellation);
        StatusReport.Print(context.Printer, StatusValue.Of(report), MountArgument.For(argument));
        return ExitCodes.Ok;
    }
}
