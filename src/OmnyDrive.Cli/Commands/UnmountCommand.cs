using System.CommandLine;
using OmnyDrive.Cli.Json;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>unmount</c>: forgets a mount.</summary>
internal static class UnmountCommand
{
    public static Command Create(Binder bind)
    {
        var mount = new Argument<string>("MOUNT") { Description = "The id of the mount, or a path in it" };
        var command = new Command("unmount", "Forget a mount; its files stay") { mount };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetRequiredValue(mount)));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string argument)
    {
        await using var endpoint = context.OpenEndpoint();
        var mount = await endpoint.UnmountAsync(context.FindMount(endpoint, argument).Id, context.Cancellation);
        var value = new UnmountValue(mount.Id.Value, mount.Drive.ToString(), mount.Path);
        context.Printer.Result(value, CliJson.Shared.UnmountValue, $"{value.MountId} is forgotten; its files stay in {value.Path}");
        return ExitCodes.Ok;
    }
}
