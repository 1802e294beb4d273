using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;
using OmnyDrive.Drives;
using OmnyDrive.Engine;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>clone</c>: makes a mount of a drive.</summary>
internal static class CloneCommand
{
    public static Command Create(Binder bind)
    {
        var drive = new Argument<string>("DRIVE") { Description = "The id of the drive, such as alpha/docs" };
        var destination = new Argument<string>("DEST") { Description = "Where the mount shall lie: a directory that is empty or does not exist" };
        var readOnly = new Option<bool>("--read-only") { Description = "Never push from this mount" };
        var nested = new Option<bool>("--nested") { Description = "Allow a destination in a published directory or another mount" };
        var transfer = new TransferOptionGroup();
        var command = new Command("clone", "Make a mount of a drive; an interrupted clone continues") { drive, destination, readOnly, nested };
        transfer.AddTo(command);
        var policy = PolicyOption.Create();
        command.Add(policy);
        var keep = new KeepOptionGroup();
        keep.AddTo(command);
        return bind(command, (context, parsed) => ExecuteAsync(context, DriveId.Parse(parsed.GetRequiredValue(drive)), parsed.GetRequiredValue(destination), new CloneOptions
        {
            ReadOnly = parsed.GetValue(readOnly),
            AllowNested = parsed.GetValue(nested),
            Transfer = transfer.Read(parsed),
            Retention = keep.Read(parsed),
            Policy = parsed.GetValue(policy),
        }));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, DriveId drive, string destination, CloneOptions options)
    {
        await using var endpoint = context.OpenEndpoint();
        var cloned = await CloneAsync(context, endpoint, drive, context.FullPath(destination), options);
        var mount = cloned.Mount;
        var value = new CloneValue(mount.Id.Value, mount.Drive.ToString(), mount.Path, mount.AccessMode.ToText(), mount.Ref?.ToString(), cloned.Files, cloned.Bytes,
            [.. cloned.Problems.Select(ProblemValue.Of)]);
        context.Printer.Result(value, CliJson.Shared.CloneValue,
            $"{value.MountId} is a mount of {value.DriveId} at {value.Path} ({value.AccessMode}, {Quantities.Count(value.Files, "file")}, {Quantities.Bytes(value.Bytes)})");
        foreach (var problem in value.Problems)
            context.Printer.Warning($"\"{problem.Path}\" is not as the origin has it: {problem.Reason}");
        context.Printer.Note($"Keep it in step: omnydrive sync {value.MountId}");
        return ExitCodes.Ok;
    }

    private static async Task<CloneResult> CloneAsync(CommandContext context, LocalDriveEndpoint endpoint, DriveId drive, string destination, CloneOptions options)
    {
        using var progress = ProgressLine.On(context.Printer, "cloning");
        return await endpoint.CloneDriveAsync(drive, destination, options with { Progress = progress }, context.Cancellation);
    }
}
