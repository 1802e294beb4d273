using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Engine;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>mounts repair</c>: takes a directory that was moved or copied, lost its marker or came from a backup for a mount again.</summary>
internal static class MountsRepairCommand
{
    public static Command Create(Binder bind)
    {
        var mount = new Argument<string>("MOUNT") { Description = "A path in the directory, or the id of the mount that lies there" };
        var yes = new Option<bool>("--yes") { Description = "Do it; else it is only told what would be done" };
        var command = new Command("repair", "Take a directory that was moved or copied, lost its marker or came from a backup for a mount again") { mount, yes };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetRequiredValue(mount), parsed.GetValue(yes)));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string argument, bool isMeant)
    {
        await using var endpoint = context.OpenEndpoint();
        var place = context.IdOrPath(argument);
        var repair = await (isMeant ? endpoint.RepairAsync(place, context.Cancellation) : endpoint.PlanRepairAsync(place, context.Cancellation));
        context.Printer.Result(RepairValue.Of(repair), CliJson.Shared.RepairValue, Lines(repair));
        if (!repair.IsRepaired)
            context.Printer.Note($"Nothing was changed. If that is right: omnydrive mounts repair {ShellWord.Of(repair.Path)} --yes");
        foreach (var problem in repair.Problems)
            context.Printer.Warning($"{problem.Path}: {problem.Reason}");
        return ExitCodes.Ok;
    }

    private static IEnumerable<string> Lines(MountRepair repair)
    {
        var (mount, changes) = (repair.Mount, repair.Differences);
        yield return repair.Kind switch
        {
            MountRepairKind.Moved => $"{repair.Path} is the mount {mount.Id} of {mount.Drive}, which was at {repair.PreviousPath}.",
            MountRepairKind.Copied when repair.IsRepaired => $"{repair.Path} is a mount of {mount.Drive} of its own now, {mount.Id}. It was a copy of {repair.PreviousPath}.",
            MountRepairKind.Copied => $"{repair.Path} is a copy of the mount {mount.Id} of {mount.Drive} at {repair.PreviousPath}. It would become a mount of its own.",
            MountRepairKind.Restored => $"The files in {repair.Path} are older than the last sync of the mount {mount.Id} of {mount.Drive}: they came from a backup.",
            MountRepairKind.Parted => $"{mount.Drive} has no record of the state that the mount {mount.Id} in {repair.Path} last synced with: at the origin a backup was restored, or another directory published.",
            _ => $"The mount {mount.Id} of {mount.Drive} was at {repair.Path}, which {(repair.IsRepaired ? "had" : "has")} no marker any more.",
        };
        yield return changes.Total == 0
            ? "It holds what it held after the last sync."
            : $"Since the last sync: {changes.Added} added, {changes.Modified} modified, {changes.Deleted} deleted.{(IsOfBackup(repair) ? "" : " The next sync would take these for your changes.")}";
        if (IsOfBackup(repair))
        {
            yield return repair is { Kind: MountRepairKind.Restored, IsKnownState: true }
                ? "It holds exactly what was agreed on at an earlier sync. The next sync would bring what is newer at the origin."
                : "Both sides would be compared anew: what only one has comes to the other, what both have and differs is a conflict, and nothing is deleted.";
        }
        if (repair.IsRepaired)
            yield return $"Repaired. See what a sync would do: omnydrive sync {ShellWord.Of(repair.Path)} --dry-run";
    }

    private static bool IsOfBackup(MountRepair repair) => repair.Kind is MountRepairKind.Restored or MountRepairKind.Parted;
}
