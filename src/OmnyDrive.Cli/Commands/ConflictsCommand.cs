using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>conflicts</c>: lists the open conflicts of a mount.</summary>
internal static class ConflictsCommand
{
    public static Command Create(Binder bind)
    {
        var mount = MountArgument.Optional();
        var command = new Command("conflicts", "List what both sides changed and no sync has settled yet") { mount };
        bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetValue(mount)));
        command.Add(ConflictsShowCommand.Create(bind));
        return command;
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string? argument)
    {
        await using var endpoint = context.OpenEndpoint();
        var mount = context.FindMount(endpoint, argument);
        var conflicts = (await endpoint.ListConflictsAsync(mount.Id, context.Cancellation)).Select(OpenConflictValue.Of).ToList();
        context.Printer.Result(conflicts, CliJson.Shared.IReadOnlyListOpenConflictValue, ConflictReport.Lines(conflicts, context.Printer.Verbose));
        if (conflicts.Count == 0)
            context.Printer.Note($"No conflict is open in {mount.Path}, as of its last sync.");
        else if (mount.Ref is { IsTree: false })
            context.Printer.Note("Settle it by git, in the mount: git merge origin/BRANCH (or: git rebase origin/BRANCH); then: omnydrive sync");
        else if (conflicts.Exists(conflict => conflict.Resolution is null && conflict.Reason is null))
            context.Printer.Note($"Settle: omnydrive resolve {MountArgument.For(argument)} PATH {ConflictReport.Choices(conflicts)}; all of them at once: \"**\" for PATH");
        else
            context.Printer.Note($"Carry out what was decided: omnydrive sync {MountArgument.For(argument)}");
        return ExitCodes.Ok;
    }
}
