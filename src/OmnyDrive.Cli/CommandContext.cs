using OmnyDrive.Cli.Output;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli;

/// <summary>What a command works with.</summary>
internal sealed class CommandContext(CliEnvironment environment, Printer printer, CompositionRoot services, string? stateOption, CancellationToken cancellation)
{
    public CliEnvironment Environment => environment;

    public Printer Printer => printer;

    public CompositionRoot Services => services;

    public CancellationToken Cancellation => cancellation;

    /// <summary>The absolute state directory: the option, else <c>$OMNYDRIVE_STATE</c>, else <c>~/.omnydrive</c>.</summary>
    public string StateDirectory => FullPath(NonEmpty(stateOption) ?? NonEmpty(environment.Variable("OMNYDRIVE_STATE")) ?? HomeState());

    /// <summary>The endpoint that the state directory holds; throws <c>not_logged_in</c>.</summary>
    public LocalDriveEndpoint OpenEndpoint() => services.OpenEndpoint(StateDirectory);

    /// <summary>An argument as an absolute path.</summary>
    public string FullPath(string path)
    {
        if (path.Length == 0 || path.Contains('\0'))
            throw DriveException.Invalid("A path is empty or has a NUL character.");
        return Path.GetFullPath(path, environment.CurrentDirectory);
    }

    /// <summary>
    /// The mount that an argument means: an id, any path inside one, or, without an argument, the one around the current directory.
    /// What looks like an id and names no file is read as an id, so that a mistyped id is reported as such.
    /// </summary>
    public MountInfo FindMount(LocalDriveEndpoint endpoint, string? argument) => endpoint.FindMount(IdOrPath(argument));

    /// <summary>The id or the absolute path that such an argument is.</summary>
    public string IdOrPath(string? argument)
    {
        var path = FullPath(argument ?? ".");
        var isId = argument is not null && argument.StartsWith("m-", StringComparison.Ordinal) && !argument.Contains('/') && !Path.Exists(path);
        return isId ? MountId.Parse(argument!).Value : path;
    }

    private string HomeState()
    {
        var home = NonEmpty(environment.Variable("HOME")) ?? NonEmpty(environment.Variable("USERPROFILE"))
            ?? throw DriveException.Invalid("There is no home directory to keep the state in.", "Give a state directory with --state DIR or $OMNYDRIVE_STATE.");
        return Path.Combine(home, ".omnydrive");
    }

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
