using System.CommandLine;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>serve-content</c>: serves the drives of this endpoint.</summary>
internal static class ServeContentCommand
{
    public static Command Create(Binder bind)
    {
        var listen = new ListenOptions(defaultPort: 8080);
        var command = new Command("serve-content", "Serve the drives that this endpoint publishes");
        listen.AddTo(command);
        return bind(command, (context, parsed) => ExecuteAsync(context, listen.Read(parsed, context.StateDirectory)));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, ServerSettings settings)
    {
        await using var endpoint = context.OpenEndpoint();
        return await ServerLifetime.RunAsync(context, await context.Services.StartContent(settings, endpoint, context.Cancellation), "content server");
    }
}
