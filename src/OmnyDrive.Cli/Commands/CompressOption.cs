using System.CommandLine;
using System.CommandLine.Parsing;
using OmnyDrive.Transfer;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>--compress</c>, of the commands that transfer content.</summary>
internal static class CompressOption
{
    public static Option<CompressionMode> Create() => new("--compress")
    {
        Description = "When to compress what goes over the wire: auto (the default: where that is faster), always or never",
        HelpName = "auto|always|never",
        CustomParser = Parse,
    };

    private static CompressionMode Parse(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "auto":
                return CompressionMode.Auto;
            case "always":
                return CompressionMode.Always;
            case "never":
                return CompressionMode.Never;
            default:
                result.AddError($"--compress takes auto, always or never, not \"{result.Tokens[0].Value}\".");
                return default;
        }
    }
}
