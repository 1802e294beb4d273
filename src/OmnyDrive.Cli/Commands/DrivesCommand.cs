using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;
using OmnyDrive.Errors;
using OmnyDrive.Git;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>drives</c>: lists what can be cloned.</summary>
internal static class DrivesCommand
{
    public static Command Create(Binder bind) =>
        bind(new Command("drives", "List the drives that can be cloned"), (context, _) => ExecuteAsync(context));

    private static async Task<int> ExecuteAsync(CommandContext context)
    {
        await using var endpoint = context.OpenEndpoint();
        var drives = (await endpoint.ListDrivesAsync(context.Cancellation)).Select(DriveValue.Of).ToList();
        context.Printer.Result(drives, CliJson.Shared.IReadOnlyListDriveValue, drives.Count == 0 ? [] : TextTable.Lines(Rows(drives)));
        if (drives.Count == 0)
            context.Printer.Note("No drive is published yet. Publish one: omnydrive publish PATH");
        return ExitCodes.Ok;
    }

    // What a hub says may be no URL at all.
    private static string PlaceOf(string url)
    {
        try
        {
            return $"at {GitUrl.Parse(url).Server}";
        }
        catch (DriveException)
        {
            return "elsewhere";
        }
    }

    private static List<string[]> Rows(IEnumerable<DriveValue> drives) =>
    [
        ["DRIVE", "KIND", "ACCESS", "STATE", "REF"],
        .. drives.Select(drive => new[] { drive.Id, drive.Provider, drive.AccessMode, drive switch { { Url: { } url } => PlaceOf(url), { Online: true } => "online", _ => "offline" }, Quantities.Short(drive.Ref) }),
    ];
}
