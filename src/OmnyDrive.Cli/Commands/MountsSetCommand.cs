using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>mounts set</c>: chooses how a mount is synchronized from now on.</summary>
internal static class MountsSetCommand
{
    public static Command Create(Binder bind)
    {
        var mount = new Argument<string>("MOUNT") { Description = "The id of the mount, or a path in it" };
        var policy = PolicyOption.Create();
        var protect = new Option<string[]>("--protect") { Description = "In a git drive, a branch that a sync does not push to, besides those that the drive protects (may be repeated; '' for none)", HelpName = "BRANCH" };
        var keep = new KeepOptionGroup();
        var command = new Command("set", "Choose what a sync of a mount does where both sides changed, how long what it displaces is kept, and which branches it does not push to") { mount, policy, protect };
        keep.AddTo(command);
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetRequiredValue(mount), parsed.GetValue(policy), parsed.GetValue(protect) is { Length: > 0 } branches ? branches : null, keep.Read(parsed)));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string argument, SyncPolicy? policy, string[]? branches, RetentionPolicy? retention)
    {
        if (policy is null && retention is null && branches is null)
            throw new DriveException(ErrorCode.Usage, "Nothing is to be set.", "Give --policy, --protect, --keep-days or --keep-percent; see: omnydrive mounts set --help");
        await using var endpoint = context.OpenEndpoint();
        var mount = context.FindMount(endpoint, argument);
        if (policy is { } chosen)
            mount = endpoint.SetPolicy(mount.Id, chosen);
        if (retention is not null)
            mount = endpoint.SetRetention(mount.Id, retention);
        var names = branches is null ? null : Array.FindAll(branches, name => name.Length > 0);
        if (names is not null)
            mount = await endpoint.ProtectAsync(mount.Id, names, context.Cancellation);
        var lines = new List<string>();
        if (policy is not null)
            lines.Add($"{mount.Path}: a sync {(mount.Policy == SyncPolicy.Merge ? "combines what does not overlap and holds the rest back" : "is refused where both sides changed")} ({mount.Policy.ToText()}).");
        if (retention is not null)
            lines.Add($"{mount.Path}: what syncs displace is kept for {(int)retention.Age.TotalDays} days, up to {retention.Percent} % of the drive's size.");
        if (names is not null)
            lines.Add($"{mount.Path}: {(names.Length == 0 ? "a sync pushes to all branches that the drive does not protect" : $"a sync does not push to {string.Join(", ", names)}")}.");
        context.Printer.Result(new MountSettingsValue(mount.Id.Value, mount.Policy.ToText()), CliJson.Shared.MountSettingsValue, lines);
        return ExitCodes.Ok;
    }
}
