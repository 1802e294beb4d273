using System.CommandLine;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary>The argument of commands that work on one mount, which may be left out.</summary>
internal static class MountArgument
{
    public static Argument<string?> Optional() => new("MOUNT")
    {
        Description = "The id of the mount, or a path in it (default: the mount around the current directory)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>How the next command names the same mount.</summary>
    public static string For(string? argument) => argument is null ? "." : ShellWord.Of(argument);
}
