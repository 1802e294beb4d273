using System.CommandLine;
using System.CommandLine.Parsing;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>--allow BRAKE</c>: a brake that shall not halt this run.</summary>
internal static class AllowOption
{
    // What halts a sync whose root is gone has a name that people may try.
    private const string RootMissing = "root-missing";

    public static Option<Brake[]> Create() => new("--allow")
    {
        Description = "Delete although it looks like an accident, for this run: root-emptied (all files of a side) or mass-delete (more than half of them); may be repeated",
        HelpName = "BRAKE",
        CustomParser = Parse,
    };

    private static Brake[] Parse(ArgumentResult result)
    {
        var brakes = new List<Brake>();
        foreach (var token in result.Tokens)
        {
            if (BrakeNames.Find(token.Value) is { } brake)
                brakes.Add(brake);
            else if (token.Value == RootMissing)
                result.AddError($"{RootMissing} can never be allowed: nothing can be told from a root that is not there. Bring it back and run omnydrive sync again.");
            else
                result.AddError($"--allow takes {string.Join(" or ", BrakeNames.All.Select(known => known.ToText()))}, not \"{token.Value}\".");
        }
        return [.. brakes.Distinct()];
    }
}
