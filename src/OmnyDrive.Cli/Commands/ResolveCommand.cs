using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;
using OmnyDrive.Engine;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>resolve</c>: decides about conflicts.</summary>
internal static class ResolveCommand
{
    public static Command Create(Binder bind)
    {
        var mount = new Argument<string>("MOUNT") { Description = "The id of the mount, or a path in it, such as ." };
        var paths = new Argument<string[]>("PATH") { Description = "Paths as omnydrive conflicts lists them, each with all below it, or globs as in .gitignore; \"**\" is all", Arity = ArgumentArity.OneOrMore };
        var choices = new (ResolutionChoice Choice, Option<bool> Option)[]
        {
            (ResolutionChoice.Ours, new("--ours") { Description = "The mount's version goes to the origin" }),
            (ResolutionChoice.Theirs, new("--theirs") { Description = "The origin's version comes into the mount" }),
            (ResolutionChoice.Both, new("--both") { Description = "The origin's version stays at the path, the mount's is kept beside it" }),
            (ResolutionChoice.Merge, new("--merge") { Description = "Merge the texts line by line; what overlaps stays open" }),
            (ResolutionChoice.Tool, new("--tool") { Description = "Open your merge tool (as git mergetool does: merge.tool of your git configuration)" }),
        };
        var markers = new Option<bool>("--markers") { Description = "With --merge: leave what overlaps in the file, with marks around it" };
        var command = new Command("resolve", "Decide about conflicts; the next sync carries it out, and what loses stays in the history") { mount, paths };
        foreach (var (_, option) in choices)
            command.Add(option);
        command.Add(markers);
        return bind(command, (context, parsed) =>
        {
            var given = choices.Where(choice => parsed.GetValue(choice.Option)).Select(choice => choice.Choice).ToList();
            if (given.Count != 1)
                throw new DriveException(ErrorCode.Usage, given.Count == 0 ? "It is not said how to settle them." : "There is more than one way given to settle them.", "Give one of --ours, --theirs, --both, --merge and --tool; see: omnydrive resolve --help");
            if (parsed.GetValue(markers) && given[0] != ResolutionChoice.Merge)
                throw new DriveException(ErrorCode.Usage, "--markers goes with --merge.", "See: omnydrive resolve --help");
            var options = new ResolveOptions(given[0]) { Markers = parsed.GetValue(markers), Tool = given[0] == ResolutionChoice.Tool ? MergeTool.RunAsync : null };
            return ExecuteAsync(context, parsed.GetRequiredValue(mount), parsed.GetRequiredValue(paths), options);
        });
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string argument, string[] paths, ResolveOptions options)
    {
        await using var endpoint = context.OpenEndpoint();
        var mount = context.FindMount(endpoint, argument);
        var result = await endpoint.ResolveAsync(mount.Id, [.. paths.Select(path => PatternOf(context, mount, path))], options, context.Cancellation);
        var left = result.Open.Count == 0 ? null : new DriveException(
            ErrorCode.Conflict, $"{Quantities.Count(result.Open.Count, "conflict")} stayed open.", $"See: omnydrive conflicts {ShellWord.Of(argument)}");
        var value = new ResolveValue(mount.Id.Value, [.. result.Resolved.Select(OpenConflictValue.Of)], [.. result.Open.Select(open => new OpenValue(open.Conflict.Conflict.Path.ToString(), open.Reason))])
        {
            Error = left is null ? null : ErrorValue.Of(left),
        };
        context.Printer.Result(value, CliJson.Shared.ResolveValue, ConflictReport.Lines(value, context.Printer.Verbose));
        if (result.Resolved.Count > 0)
            context.Printer.Note($"Nothing was changed yet. Carry it out: omnydrive sync {ShellWord.Of(argument)}");
        if (left is null)
            return ExitCodes.Ok;
        if (!context.Printer.Json)
            context.Printer.Explain(left);
        return ExitCodes.Conflict;
    }

    // A glob is one of paths in the drive. A file that is there of that very name is meant first.
    private static string PatternOf(CommandContext context, MountInfo mount, string path)
    {
        var plain = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        if (plain.AsSpan().IndexOfAny("*?[") >= 0 && !Path.Exists(context.FullPath(path)))
            return plain;
        return DrivePathArgument.In(context, mount, path) is { IsRoot: false } at ? at.ToString() : "**";
    }
}
