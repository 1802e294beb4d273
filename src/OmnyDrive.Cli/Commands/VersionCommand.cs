using System.CommandLine;
using System.Reflection;
using OmnyDrive.Cli.Json;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>version</c>, and what <c>--version</c> prints.</summary>
internal static class VersionCommand
{
    public static Command Create(Binder bind) => bind(new Command("version", "Print the version"), (context, _) => Print(context));

    public static Task<int> Print(CommandContext context)
    {
        var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        context.Printer.Result(new VersionValue(version), CliJson.Shared.VersionValue, $"omnydrive {version}");
        return Task.FromResult(ExitCodes.Ok);
    }
}
