using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>login</c>: enrols this endpoint, or refreshes its token.</summary>
internal static class LoginCommand
{
    public static Command Create(Binder bind)
    {
        var hub = new Option<string>("--hub") { Description = "The URL of the hub", HelpName = "URL", Required = true };
        var id = new Option<string>("--id") { Description = "The id of this endpoint, such as alpha", HelpName = "ID", Required = true };
        var serveUrl = new Option<string>("--serve-url") { Description = "The URL at which others reach this endpoint's content server", HelpName = "URL", Required = true };
        var name = new Option<string?>("--name") { Description = "What people call this endpoint (default: its id)", HelpName = "NAME" };
        var secret = new Option<string?>("--secret") { Description = "The secret of an endpoint that was enrolled before", HelpName = "SECRET" };
        var force = new Option<bool>("--force") { Description = "Replace another identity that the state directory holds" };
        var insecure = new Option<bool>("--allow-insecure-http") { Description = "Send the secret to a hub on another machine without encryption" };
        var command = new Command("login", "Enrol this endpoint at a hub; later runs refresh its token") { hub, id, serveUrl, name, secret, force, insecure };
        return bind(command, (context, parsed) => ExecuteAsync(context, new LoginRequest(
            Protected(HttpUrl("--hub", parsed.GetRequiredValue(hub)), parsed.GetValue(insecure)),
            new EndpointIdentity(EndpointId.Parse(parsed.GetRequiredValue(id)), parsed.GetValue(name) ?? parsed.GetRequiredValue(id)),
            HttpUrl("--serve-url", parsed.GetRequiredValue(serveUrl)),
            parsed.GetValue(secret),
            parsed.GetValue(force))));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, LoginRequest login)
    {
        var serveUrl = Bare(login.ServeUrl);
        var secret = await LocalDriveEndpoint.LoginAsync(context.StateDirectory, login.Hub, login.Identity, serveUrl, login.Secret, login.Force, context.Cancellation);
        var value = new LoginValue(login.Identity.Id.Value, login.Identity.DisplayName, Bare(login.Hub), serveUrl, secret is not null, secret);
        context.Printer.Result(value, CliJson.Shared.LoginValue, Lines(value));
        if (secret is not null)
            context.Printer.Note($"The secret is kept in {context.StateDirectory} and not shown again. Whoever has it is {value.Id}.");
        return ExitCodes.Ok;
    }

    private static IEnumerable<string> Lines(LoginValue value)
    {
        yield return $"{value.Id} is {(value.Enrolled ? "enrolled" : "logged in")} at {value.Hub}";
        if (value.Secret is not null)
            yield return $"secret {value.Secret}";
    }

    private static Uri HttpUrl(string option, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? url
            : throw DriveException.Invalid($"{option} \"{text}\" is not a URL of a server.", "Such a URL is http://localhost:7070, without a user or password.");

    private static Uri Protected(Uri hub, bool allowInsecure) => hub.Scheme == Uri.UriSchemeHttps || hub.IsLoopback || allowInsecure
        ? hub
        : throw new DriveException(
            ErrorCode.InsecureTransport, $"The secret of this endpoint would go to {hub.Host} without encryption, for all on the network to read.",
            "Use https, or where the network is yours alone, add --allow-insecure-http.");

    private static string Bare(Uri url) => url.ToString().TrimEnd('/');

    private sealed record LoginRequest(Uri Hub, EndpointIdentity Identity, Uri ServeUrl, string? Secret, bool Force);
}
