using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Engine.Credentials;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>credential add</c>: keeps a token, a password or the name of a key file. A secret that is not given is read from the standard input, at a terminal without showing it.</summary>
internal static class CredentialAddCommand
{
    private const string FromInput = "-";

    public static Argument<string> HostArgument() => new("HOST") { Description = "The server, with a port where it is not the usual one, such as github.com" };

    public static Command Create(Binder bind)
    {
        var host = HostArgument();
        var pat = Secret("--pat", "TOKEN", "A personal access token. Better given when asked for it: others can see what stands in a command line");
        var username = new Option<string?>("--username") { Description = "The user name; with --pat what the server wants to see there", HelpName = "NAME" };
        var password = Secret("--password", "PASSWORD", "The password of --username; asked for where it is not given");
        var key = new Option<string?>("--ssh-key") { Description = "The file of a private key; one with a passphrase is for ssh-agent to hold", HelpName = "FILE" };
        var command = new Command("add", "Store a token (--pat), a user name with a password, or the file of an SSH key for one git server; what was stored for it is replaced") { host, pat, username, password, key };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetRequiredValue(host), new Given(
            parsed.GetResult(pat) is not null, parsed.GetValue(pat), parsed.GetValue(username), parsed.GetResult(password) is not null, parsed.GetValue(password), parsed.GetValue(key))));
    }

    private static Option<string?> Secret(string name, string what, string description) => new(name) { Description = description, HelpName = what, Arity = ArgumentArity.ZeroOrOne };

    private static Task<int> ExecuteAsync(CommandContext context, string host, Given given)
    {
        var credential = given switch
        {
            { HasToken: true, HasPassword: false, KeyFile: null } => new HostCredential(host, CredentialKind.Token) { Username = given.Username, Secret = Read(context, given.Token, $"Token for {host}: ") },
            { HasToken: false, Username: { } name, KeyFile: null } => new HostCredential(host, CredentialKind.Password) { Username = name, Secret = Read(context, given.Password, $"Password of {name} for {host}: ") },
            { HasToken: false, HasPassword: false, Username: null, KeyFile: { } file } => new HostCredential(host, CredentialKind.SshKey) { KeyFile = context.FullPath(file) },
            _ => throw new DriveException(ErrorCode.Usage, "One of these is needed, and not more: --pat (perhaps with --username), --username with --password, or --ssh-key.", "See: omnydrive credential add --help"),
        };
        using var store = CredentialStore.Open(context.StateDirectory);
        var kept = CredentialValue.Of(store.Add(credential));
        context.Printer.Result(kept, CliJson.Shared.CredentialValue, $"{(kept.Kind == "ssh-key" ? "an SSH key" : $"a {kept.Kind}")} is kept for {kept.Host}");
        if (given.Token is not null and not FromInput || given.Password is not null and not FromInput)
            context.Printer.Warning("What stands in a command line is seen by others on this machine and kept by shells. Without it, it is asked for.");
        return Task.FromResult(ExitCodes.Ok);
    }

    private static string Read(CommandContext context, string? given, string prompt) => given is not null and not FromInput
        ? given
        : context.Environment.ReadSecret(prompt, context.Cancellation) ?? throw new DriveException(ErrorCode.Usage, "No secret was given.", "Type it when asked, or give the secret there: printf %s \"$TOKEN\" | omnydrive credential add HOST --pat; see: omnydrive credential add --help");

    private sealed record Given(bool HasToken, string? Token, string? Username, bool HasPassword, string? Password, string? KeyFile);
}
