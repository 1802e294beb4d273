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
        var mount = new Argument<string?>("MOUNT")
        {
            Description = "The id of the mount, or a path in it (default: the mount around the current directory)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be done, and do nothing" };
        var allow = AllowOption.Create();
        var transfer = new TransferOptionGroup();
        var command = new Command("sync", "Push or pull what changed; refuse where both sides did") { mount, dryRun, allow };
        transfer.AddTo(command);
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetValue(mount), parsed.GetValue(dryRun), new SyncOptions
        {
            Allowed = parsed.GetValue(allow) ?? [],
            Transfer = transfer.Read(parsed),
        }));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string? argument, bool dryRun, SyncOptions options)
    {
        await using var endpoint = context.OpenEndpoint();
        var mount = context.FindMount(endpoint, argument);
        try
        {
            var value = dryRun ? await PlanAsync(context, endpoint, mount, options) : await SyncAsync(context, endpoint, mount, options);
            SyncReport.Print(context.Printer, mount, value);
            return ExitCodes.Ok;
        }
        catch (ConflictDetectedException refused)
        {
            return Refuse(context, SyncValues.Of(mount, refused), refused);
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

    private static async Task<SyncValue> PlanAsync(CommandContext context, LocalDriveEndpoint endpoint, MountInfo mount, SyncOptions options)
    {
        var plan = await endpoint.PlanSyncAsync(mount.Id, options, context.Cancellation);
        if (plan.Conflict is { } conflict)
            throw new ConflictDetectedException(conflict);
        return plan.Halt is null ? SyncValues.Of(mount, plan) : throw new SyncHaltedException(plan.Halt, mount.Id);
    }

    private static async Task<SyncValue> SyncAsync(CommandContext context, LocalDriveEndpoint endpoint, MountInfo mount, SyncOptions options)
    {
        using var progress = ProgressLine.On(context.Printer, "syncing");
        return SyncValues.Of(await endpoint.SyncMountAsync(mount.Id, options with { Progress = progress }, context.Cancellation));
    }

    private static int Refuse(CommandContext context, SyncValue value, DriveException why)
    {
        SyncReport.PrintRefusal(context.Printer, value, why);
        return ExitCodes.Of(why.Code);
    }
}
