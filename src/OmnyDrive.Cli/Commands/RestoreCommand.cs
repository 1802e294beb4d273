using System.CommandLine;
using OmnyDrive.Cli.Output;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>restore</c>: brings back what a path held at a generation.</summary>
internal static class RestoreCommand
{
    public static Command Create(Binder bind)
    {
        var root = new Argument<string>("MOUNT") { Description = "The id of a mount, a path in one, or a drive that this endpoint publishes, by its id or a path in it" };
        var generation = new Argument<string>("REF") { Description = "The number of a generation, or six or more digits of its ref; see: omnydrive history" };
        var path = new Argument<string?>("PATH") { Description = "What to bring back, with all below it, as a path in the drive (default: everything)", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("restore", "Bring back what a path held at an earlier state, as changes that then sync") { root, generation, path };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetRequiredValue(root), parsed.GetRequiredValue(generation), PathOf(parsed.GetValue(path))));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string argument, string generation, DrivePath path)
    {
        await using var endpoint = context.OpenEndpoint();
        var root = RootArgument.Find(context, endpoint, argument);
        var result = root.Mount is { } mount
            ? await endpoint.RestoreAsync(mount, generation, path, context.Cancellation)
            : await endpoint.RestoreAsync(root.Drive, generation, path, context.Cancellation);
        RewindReport.Restored(context.Printer, root, result);
        return ExitCodes.Ok;
    }

    private static DrivePath PathOf(string? path)
    {
        var plain = path is null ? "" : path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        if (plain.StartsWith('/'))
            throw DriveException.Invalid($"\"{Printable.Of(plain)}\" is not a path in a drive.", "Give it from the root of the mount on: omnydrive restore . 3 docs/plan.txt");
        plain = plain.TrimEnd('/');
        return plain is "" or "." ? DrivePath.Root : DrivePath.Parse(plain);
    }
}
