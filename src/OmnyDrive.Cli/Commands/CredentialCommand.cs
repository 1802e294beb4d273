using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;
using OmnyDrive.Engine.Credentials;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>credential</c>: what this machine shows the servers of git drives. Needs no login, and goes to no hub and no peer.</summary>
internal static class CredentialCommand
{
    public static Command Create(Binder bind) => new("credential", "Store tokens, passwords and SSH keys for git servers, on this machine only")
    {
        CredentialAddCommand.Create(bind),
        bind(new Command("list", "List the servers for which something is kept, and nothing secret"), (context, _) => ListAsync(context)),
        CreateRemove(bind),
    };

    private static Command CreateRemove(Binder bind)
    {
        var host = CredentialAddCommand.HostArgument();
        return bind(new Command("remove", "Forget what is kept for a server") { host }, (context, parsed) => RemoveAsync(context, parsed.GetRequiredValue(host)));
    }

    private static Task<int> ListAsync(CommandContext context)
    {
        using var store = CredentialStore.Open(context.StateDirectory);
        var values = store.List().Select(CredentialValue.Of).ToList();
        context.Printer.Result(values, CliJson.Shared.IReadOnlyListCredentialValue, values.Count == 0 ? [] : TextTable.Lines(Rows(values)));
        if (values.Count == 0)
            context.Printer.Note("Nothing is kept for any server. Keep something: omnydrive credential add HOST --pat");
        return Task.FromResult(ExitCodes.Ok);
    }

    private static Task<int> RemoveAsync(CommandContext context, string host)
    {
        using var store = CredentialStore.Open(context.StateDirectory);
        var removed = store.Remove(host);
        if (removed == 0)
            throw new DriveException(ErrorCode.CredentialNotFound, $"Nothing is kept for \"{host}\".", "See: omnydrive credential list");
        context.Printer.Result(new CredentialRemovedValue(host, removed), CliJson.Shared.CredentialRemovedValue, $"what was kept for {host} is forgotten");
        return Task.FromResult(ExitCodes.Ok);
    }

    private static List<string[]> Rows(IEnumerable<CredentialValue> values) =>
        [["HOST", "KIND", "USER", "KEY FILE"], .. values.Select(value => new[] { value.Host, value.Kind, value.Username ?? "-", value.KeyFile ?? "-" })];
}
