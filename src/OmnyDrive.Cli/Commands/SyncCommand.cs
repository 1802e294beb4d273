using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>sync</c>: brings a mount and its origin in step, or says why not.</summary>
internal static class SyncCommand
{
    public static Command Create(Binder bind)
    {
        var mount = MountArgument.Optional();
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be done, and do nothing" };
        var merge = new Option<bool>("--merge") { Description = "Where both sides changed, apply what does not overlap and hold the rest back, for this run" };
        var allow = AllowOption.Create();
        var noCommit = new Option<bool>("--no-commit") { Description = "In a git drive, refuse where changes are not committed, instead of committing them first" };
        var transfer = new TransferOptionGroup();
        var command = new Command("sync", "Push or pull what changed; refuse where both sides did") { mount, dryRun, merge, allow, noCommit };
        transfer.AddTo(command);
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetValue(mount), parsed.GetValue(dryRun), new SyncOptions
        {
            Allowed = parsed.GetValue(allow) ?? [],
            Policy = parsed.GetValue(merge) ? SyncPolicy.Merge : null,
            Transfer = transfer.Read(parsed),
            NoCommit = parsed.GetValue(noCommit),
        }));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string? argument, bool dryRun, SyncOptions options)
    {
        LateCollection.Begin();
        await using var endpoint = context.OpenEndpoint();
        var mount = context.FindMount(endpoint, argument);
        try
        {
            var (value, held) = dryRun ? await PlanAsync(context, endpoint, mount, options) : await SyncAsync(context, endpoint, mount, options);
            if (held is null)
            {
                SyncReport.Print(context.Printer, mount, value);
                return ExitCodes.Ok;
            }
            var open = HeldBack(held, argument);
            SyncReport.PrintHeldBack(context.Printer, mount, value with { Error = ErrorValue.Of(open) }, open);
            return ExitCodes.Conflict;
        }
        catch (ConflictDetectedException refused)
        {
            var told = new DriveException(refused.Code, refused.Message, ConflictMessage.HintOf(refused.Conflict, MountArgument.For(argument)));
            return Refuse(context, SyncValues.Of(mount, refused) with { Error = ErrorValue.Of(told) }, told);
        }
        catch (SyncHaltedException halted)
        {
            return Refuse(context, SyncValues.Of(mount, halted), halted);
        }
        catch (DriveException halted) when (halted.Code is ErrorCode.Halted or ErrorCode.RootMissing or ErrorCode.Conflict)
        {
            return Refuse(context, SyncValues.Of(mount, halted), halted);
        }
    }

    private static DriveException HeldBack(Conflict held, string? argument) =>
        new(ErrorCode.Conflict, ConflictMessage.OfHeldBack(held), ConflictMessage.HintOf(held, MountArgument.For(argument)));

    private static async Task<(SyncValue Value, Conflict? HeldBack)> PlanAsync(CommandContext context, LocalDriveEndpoint endpoint, MountInfo mount, SyncOptions options)
    {
        var plan = await endpoint.PlanSyncAsync(mount.Id, options, context.Cancellation);
        if (plan.Conflict is { } conflict)
            throw new ConflictDetectedException(conflict);
        return plan.Halt is null ? (SyncValues.Of(mount, plan), plan.HeldBack) : throw new SyncHaltedException(plan.Halt, mount.Id);
    }

    private static async Task<(SyncValue Value, Conflict? HeldBack)> SyncAsync(CommandContext context, LocalDriveEndpoint endpoint, MountInfo mount, SyncOptions options)
    {
        using var progress = ProgressLine.On(context.Printer, "syncing");
        var result = await endpoint.SyncMountAsync(mount.Id, options with { Progress = progress }, context.Cancellation);
        return (SyncValues.Of(result), result.Conflict);
    }

    private static int Refuse(CommandContext context, SyncValue value, DriveException why)
    {
        SyncReport.PrintRefusal(context.Printer, value, why);
        return ExitCodes.Of(why.Code);
    }
}
