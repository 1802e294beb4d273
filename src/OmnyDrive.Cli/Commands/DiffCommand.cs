using System.CommandLine;
using System.Text.Json;
using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>diff</c>: how files of a mount differ.</summary>
internal static class DiffCommand
{
    public static Command Create(Binder bind)
    {
        var mount = MountArgument.Optional();
        var path = new Argument<string?>("PATH") { Description = "A path in the drive with all below it (default: everything)", Arity = ArgumentArity.ZeroOrOne };
        var origin = new Option<bool>("--origin") { Description = "What the origin changed since the last sync" };
        var theirs = new Option<bool>("--theirs") { Description = "What leads from the mount to the origin" };
        var command = new Command("diff", "Show what the mount changed since the last sync, line by line") { mount, path, origin, theirs };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetValue(mount), parsed.GetValue(path), Chosen(parsed.GetValue(origin), parsed.GetValue(theirs))));
    }

    private static DiffOf Chosen(bool origin, bool theirs) => (origin, theirs) switch
    {
        (true, true) => throw new DriveException(ErrorCode.Usage, "Two comparisons cannot be shown at once.", "Give --origin or --theirs; see: omnydrive diff --help"),
        (true, _) => DiffOf.Origin,
        (_, true) => DiffOf.Theirs,
        _ => DiffOf.Local,
    };

    private static async Task<int> ExecuteAsync(CommandContext context, string? argument, string? path, DiffOf which)
    {
        await using var endpoint = context.OpenEndpoint();
        var mount = context.FindMount(endpoint, argument);
        var below = path is null ? DrivePath.Root : DrivePathArgument.In(context, mount, path);
        var diffs = endpoint.DiffAsync(mount.Id, which, below, context.Cancellation);
        if (context.Printer.Json)
        {
            return await JsonAsync(context, mount, which, diffs);
        }
        await using var pager = Pager.Open(context.Environment, context.Printer);
        var isEmpty = true;
        await foreach (var diff in diffs)
        {
            isEmpty = false;
            if (!pager.TryWrite(DiffReport.Of(diff, which, pager.Color)))
                break;
        }
        if (isEmpty)
            context.Printer.Note(which == DiffOf.Theirs ? "Both sides hold the same." : $"Nothing changed {(which == DiffOf.Origin ? "at the origin" : "in the mount")} since the last sync.");
        return ExitCodes.Ok;
    }

    // A path at a time, for there may be more than memory should hold.
    private static async Task<int> JsonAsync(CommandContext context, MountInfo mount, DiffOf which, IAsyncEnumerable<PathDiff> diffs)
    {
        var output = context.Environment.Out;
        var begun = false;
        var head = $"{{\"mountId\":\"{mount.Id}\",\"of\":\"{which switch { DiffOf.Origin => "origin", DiffOf.Theirs => "theirs", _ => "local" }}\",\"changes\":[";
        try
        {
            await foreach (var diff in diffs)
            {
                output.Write(begun ? "," : head);
                begun = true;
                output.Write(JsonSerializer.Serialize(DiffValue.Of(diff), CliJson.Shared.DiffValue));
            }
        }
        catch (DriveException e) when (begun)
        {
            // It is one value, also where it ends early.
            output.WriteLine($"],\"error\":{JsonSerializer.Serialize(ErrorValue.Of(e), CliJson.Shared.ErrorValue)}}}");
            return ExitCodes.Of(e.Code);
        }
        output.WriteLine(begun ? "]}" : $"{head}]}}");
        return ExitCodes.Ok;
    }
}
