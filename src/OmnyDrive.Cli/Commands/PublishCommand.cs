using System.CommandLine;
using OmnyDrive.Cli.Json;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Git;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>publish</c>: publishes a directory or a git repository as a drive.</summary>
internal static class PublishCommand
{
    public static Command Create(Binder bind)
    {
        var path = new Argument<string>("PATH|URL") { Description = "The directory to publish, or with --git the repository: a path or a URL" };
        var git = new Option<bool>("--git") { Description = "Publish a git repository: its mounts are clones, and commits are what goes back and forth" };
        var name = new Option<string?>("--name") { Description = "The name of the drive (default: the directory's)", HelpName = "NAME" };
        var protect = new Option<string[]>("--protect") { Description = "With --git, a branch that a push does not move (default: main and master; may be repeated)", HelpName = "BRANCH" };
        var protectNone = new Option<bool>("--protect-none") { Description = "With --git, let a push move every branch" };
        var readOnly = new Option<bool>("--read-only") { Description = "Others may clone and pull, never push" };
        var nested = new Option<bool>("--nested") { Description = "Allow a directory that lies in a mount or holds one" };
        var include = new Option<string[]>("--include") { Description = "Publish only what matches (as in .gitignore; may be repeated)", HelpName = "PATTERN" };
        var exclude = new Option<string[]>("--exclude") { Description = "Leave out what matches (as in .gitignore; may be repeated)", HelpName = "PATTERN" };
        var ignoreFile = new Option<string>("--ignore-file") { Description = "The name of the files that say what is left out", HelpName = "NAME", DefaultValueFactory = _ => FilterOptions.DefaultIgnoreFile };
        var gitignore = new Option<bool>("--gitignore") { Description = "Leave out what .gitignore files say, too" };
        var command = new Command("publish", "Publish a directory or a git repository as a drive that others can clone") { path, name, git, protect, protectNone, readOnly, nested, include, exclude, ignoreFile, gitignore };
        var keep = new KeepOptionGroup();
        keep.AddTo(command);
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetRequiredValue(path), parsed.GetValue(git), new PublishOptions
        {
            Name = parsed.GetValue(name),
            ReadOnly = parsed.GetValue(readOnly),
            AllowNested = parsed.GetValue(nested),
            Filter = new FilterOptions(parsed.GetValue(include) ?? [], parsed.GetValue(exclude) ?? [], parsed.GetRequiredValue(ignoreFile), parsed.GetValue(gitignore)),
            Retention = keep.Read(parsed),
            ProtectedBranches = Protected(parsed.GetValue(protect) ?? [], parsed.GetValue(protectNone)),
        }));
    }

    private static string[]? Protected(string[] branches, bool none) => (branches.Length, none) switch
    {
        (0, false) => null,
        (0, true) => [],
        (_, false) => branches,
        _ => throw new DriveException(ErrorCode.Usage, "--protect and --protect-none contradict each other.", "Give one of them; see: omnydrive publish --help"),
    };

    private static async Task<int> ExecuteAsync(CommandContext context, string path, bool git, PublishOptions options)
    {
        var isUrl = GitUrl.IsMeant(path) && !Path.Exists(context.FullPath(path));
        if (isUrl && !git && (path.Contains("://", StringComparison.Ordinal) || path.Contains('@', StringComparison.Ordinal)))
            throw DriveException.Invalid($"\"{path}\" is a URL, and only a git repository is published by one.", $"If it is one: omnydrive publish {ShellWord.Of(path)} --git");
        await using var endpoint = context.OpenEndpoint();
        var published = git
            ? await endpoint.PublishGitAsync(isUrl ? path : context.FullPath(path), options, context.Cancellation)
            : await endpoint.PublishDirectoryAsync(context.FullPath(path), options, context.Cancellation);
        var drive = published.Drive;
        var value = new PublishValue(drive.Id.ToString(), drive.Id.Name, drive.Provider, drive.AccessMode.ToText(), published.Path, drive.Ref?.ToString());
        context.Printer.Result(value, CliJson.Shared.PublishValue, $"{value.Id} is published from {value.Path} ({(git ? "git, " : "")}{value.AccessMode})");
        if (drive.AccessMode == AccessMode.ReadOnly && !options.ReadOnly)
            context.Printer.Warning($"{value.Path} cannot be written, so the drive is read-only.");
        if (published.HoldsRepository)
            context.Printer.Note($"It is a git repository, and a drive of files leaves its .git out. To publish the repository itself: omnydrive unpublish {value.Id}; then: omnydrive publish {ShellWord.Of(value.Path)} --git");
        if (!Path.IsPathRooted(value.Path))
        {
            context.Printer.Note($"Others clone it from there, with what they keep for that server: omnydrive clone {value.Id} DEST");
            return ExitCodes.Ok;
        }
        context.Printer.Note($"Others can clone it while this runs here: omnydrive serve-content; then: omnydrive clone {value.Id} DEST");
        return ExitCodes.Ok;
    }
}
