using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;

namespace OmnyDrive.Cli.Commands;

/// <summary>What the commands that serve have in common: one ready line, then they run until they are interrupted.</summary>
internal static class ServerLifetime
{
    public static async Task<int> RunAsync(CommandContext context, RunningServer server, string name)
    {
        await using (server)
        {
            Announce(context.Printer, new ServerEvent("ready", server.Url.ToString().TrimEnd('/')), $"{name} ready at {server.Url.ToString().TrimEnd('/')}");
            await Task.Delay(Timeout.Infinite, context.Cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (context.Printer.Json)
            Announce(context.Printer, new ServerEvent("stopped"), "");
        else
            context.Printer.Note($"{name} stopped");
        return ExitCodes.Interrupted;
    }

    private static void Announce(Printer printer, ServerEvent value, string line) => printer.Result(value, CliJson.Shared.ServerEvent, line);
}
