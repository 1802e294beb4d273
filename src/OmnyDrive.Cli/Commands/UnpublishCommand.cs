using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Drives;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>unpublish</c>: withdraws a drive.</summary>
internal static class UnpublishCommand
{
    public static Command Create(Binder bind)
    {
        var drive = new Argument<string>("DRIVE") { Description = "The id of the drive, such as alpha/docs" };
        var command = new Command("unpublish", "Withdraw a drive; its files stay") { drive };
        return bind(command, (context, parsed) => ExecuteAsync(context, DriveId.Parse(parsed.GetRequiredValue(drive))));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, DriveId drive)
    {
        await using var endpoint = context.OpenEndpoint();
        await endpoint.UnpublishAsync(drive, context.Cancellation);
        context.Printer.Result(new UnpublishValue(drive.ToString()), CliJson.Shared.UnpublishValue, $"{drive} is withdrawn; its files stay");
        return ExitCodes.Ok;
    }
}
