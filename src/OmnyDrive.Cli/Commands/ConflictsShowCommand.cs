using System.CommandLine;
using System.Text;
using OmnyDrive.Cli.Json;
using OmnyDrive.Engine;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>conflicts show</c>: prints one of the three versions of a path in conflict.</summary>
internal static class ConflictsShowCommand
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Command Create(Binder bind)
    {
        var path = new Argument<string>("PATH") { Description = "The path, as omnydrive conflicts lists it" };
        var mount = new Option<string?>("--mount") { Description = "The id of the mount, or a path in it (default: the mount around the current directory)", HelpName = "MOUNT" };
        var versions = new[] { new Option<bool>("--base") { Description = "What both sides last agreed on" }, new Option<bool>("--ours") { Description = "What the mount holds" }, new Option<bool>("--theirs") { Description = "What the origin holds (the default)" } };
        var command = new Command("show", "Print a version of a path in conflict, byte for byte") { path, mount };
        foreach (var version in versions)
            command.Add(version);
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetValue(mount), parsed.GetRequiredValue(path), Chosen([.. versions.Select(parsed.GetValue)])));
    }

    private static ConflictVersion Chosen(bool[] given) => given.Count(isGiven => isGiven) switch
    {
        0 => ConflictVersion.Theirs,
        1 => (ConflictVersion)Array.IndexOf(given, true),
        _ => throw new DriveException(ErrorCode.Usage, "One version can be shown at a time.", "Give one of --base, --ours and --theirs; see: omnydrive conflicts show --help"),
    };

    private static async Task<int> ExecuteAsync(CommandContext context, string? argument, string path, ConflictVersion version)
    {
        await using var endpoint = context.OpenEndpoint();
        var mount = context.FindMount(endpoint, argument);
        var at = DrivePathArgument.In(context, mount, path);
        if (context.Printer.Json)
        {
            using var content = new MemoryStream();
            await endpoint.WriteVersionAsync(mount.Id, at, version, content, context.Cancellation);
            context.Printer.Result(ValueOf(at.ToString(), version, content.ToArray()), CliJson.Shared.VersionContentValue);
            return ExitCodes.Ok;
        }
        await using var output = context.Environment.OpenOutput();
        await endpoint.WriteVersionAsync(mount.Id, at, version, output, context.Cancellation);
        return ExitCodes.Ok;
    }

    private static VersionContentValue ValueOf(string path, ConflictVersion version, byte[] content)
    {
        var name = version switch { ConflictVersion.Base => "base", ConflictVersion.Ours => "ours", _ => "theirs" };
        try
        {
            return new VersionContentValue(path, name, Strict.GetString(content), null);
        }
        catch (DecoderFallbackException)
        {
            return new VersionContentValue(path, name, null, Convert.ToBase64String(content));
        }
    }
}
