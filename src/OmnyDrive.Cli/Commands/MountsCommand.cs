using System.CommandLine;
using System.Globalization;
using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>mounts</c>: lists the mounts of this endpoint.</summary>
internal static class MountsCommand
{
    public static Command Create(Binder bind)
    {
        var command = bind(new Command("mounts", "List the mounts of this endpoint"), (context, _) => ExecuteAsync(context));
        command.Add(MountsSetCommand.Create(bind));
        command.Add(MountsRepairCommand.Create(bind));
        return command;
    }

    private static async Task<int> ExecuteAsync(CommandContext context)
    {
        await using var endpoint = context.OpenEndpoint();
        var mounts = endpoint.ListMounts().Select(MountValue.Of).ToList();
        context.Printer.Result(mounts, CliJson.Shared.IReadOnlyListMountValue, mounts.Count == 0 ? [] : TextTable.Lines(Rows(mounts)));
        if (mounts.Count == 0)
            context.Printer.Note("There is no mount yet. Make one: omnydrive clone DRIVE DEST; what there is: omnydrive drives");
        return ExitCodes.Ok;
    }

    private static List<string[]> Rows(IEnumerable<MountValue> mounts) =>
    [
        ["MOUNT", "DRIVE", "ACCESS", "POLICY", "STATE", "LAST SYNC", "PATH"],
        .. mounts.Select(mount => new[] { mount.Id, mount.DriveId, mount.AccessMode, mount.Policy, mount.Status, When(mount.LastSyncedAt), mount.Path }),
    ];

    private static string When(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "never";
}
