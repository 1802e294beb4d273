using System.CommandLine;
using OmnyDrive.Cli.Demo;
using OmnyDrive.Cli.Json;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>demo</c>: shows the whole on one machine, in a directory of its own.</summary>
internal static class DemoCommand
{
    public static Command Create(Binder bind)
    {
        var directory = new Argument<string?>("DIR") { Description = "Work on a copy of this directory (default: a small sample)", Arity = ArgumentArity.ZeroOrOne };
        var keep = new Option<bool>("--keep") { Description = "Keep the demo's directory afterwards" };
        var command = new Command("demo", "See it work: a hub, two endpoints, publish, clone, sync and a refused conflict") { directory, keep };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetValue(directory), parsed.GetValue(keep)));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string? directory, bool keep)
    {
        var source = directory is null ? null : DemoTree.Existing(context.FullPath(directory));
        var place = Directory.CreateTempSubdirectory("omnydrive-demo-").FullName;
        try
        {
            await using var stage = new DemoStage(context, place);
            await DemoScript.PlayAsync(stage, source);
            context.Printer.Result(new DemoValue(place, keep, stage.Played), CliJson.Shared.DemoValue);
            stage.Say(keep ? $"Everything is still in {place}: the states of hub, alpha and beta, the drive notes and its mount beta-notes." : $"The demo's directory {place} is removed; --keep keeps it.");
        }
        finally
        {
            if (!keep)
                Directory.Delete(place, recursive: true);
        }
        return ExitCodes.Ok;
    }
}
