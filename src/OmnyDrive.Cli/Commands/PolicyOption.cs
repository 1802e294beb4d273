using System.CommandLine;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>--policy</c>: what a sync of a mount does where both sides changed.</summary>
internal static class PolicyOption
{
    public static Option<SyncPolicy?> Create() => new("--policy")
    {
        Description = "Where both sides changed: strict refuses the sync (the default), merge applies what does not overlap and holds the rest back",
        HelpName = "strict|merge",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            foreach (var policy in Enum.GetValues<SyncPolicy>().Where(policy => policy.ToText() == text))
                return policy;
            result.AddError($"--policy takes strict or merge, not \"{text}\".");
            return null;
        },
    };
}
