using System.CommandLine;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>serve</c>: runs a hub.</summary>
internal static class ServeCommand
{
    // Beside an endpoint's own files, so that one machine can be hub and endpoint with one state directory.
    private const string HubDirectory = "hub";

    public static Command Create(Binder bind)
    {
        var listen = new ListenOptions(defaultPort: 7070);
        var command = new Command("serve", "Run a hub: it knows who is enrolled and which drives exist; it never sees a file");
        listen.AddTo(command);
        return bind(command, (context, parsed) => ExecuteAsync(context, listen.Read(parsed, Path.Combine(context.StateDirectory, HubDirectory))));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, ServerSettings settings) =>
        await ServerLifetime.RunAsync(context, await context.Services.StartHub(settings, context.Cancellation), "hub");
}
