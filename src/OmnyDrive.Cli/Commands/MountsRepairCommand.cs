using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Engine;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>mounts repair</c>: takes a directory that was moved or copied, or lost its marker, for a mount again.</summary>
internal static class MountsRepairCommand
{
    public static Command Create(Binder bind)
    {
        var mount = new Argument<string>("MOUNT") { Description = "A path in the directory, or the id of the mount that lies there" };
        var yes = new Option<bool>("--yes") { Description = "Do it; else it is only told what would be done" };
        var command = new Command("repair", "Take a directory that was moved or copied, or lost its marker, for a mount again") { mount, yes };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetRequiredValue(mount), parsed.GetValue(yes)));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string argument, bool isMeant)
    {
        await using var endpoint = context.OpenEndpoint();
        var place = context.IdOrPath(argument);
        var repair = isMeant ? endpoint.Repair(place, context.Cancellation) : endpoint.PlanRepair(place, context.Cancellation);
        context.Printer.Result(RepairValue.Of(repair), CliJson.Shared.RepairValue, Lines(repair));
        if (!repair.IsRepaired)
            context.Printer.Note($"Nothing was changed. If that is right: omnydrive mounts repair {repair.Path} --yes");
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
            _ => $"The mount {mount.Id} of {mount.Drive} was at {repair.Path}, which {(repair.IsRepaired ? "had" : "has")} no marker any more.",
        };
        yield return changes.Total == 0
            ? "It holds what it held after the last sync."
            : $"Since the last sync: {changes.Added} added, {changes.Modified} modified, {changes.Deleted} deleted. The next sync would take these for your changes.";
        if (repair.IsRepaired)
            yield return $"Repaired. See what a sync would do: omnydrive sync {repair.Path} --dry-run";
    }
}
