using System.Globalization;
using System.Text;
using OmnyDrive.Engine.Git;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>Asks a repository on this machine, and changes it, by git alone. What git refuses becomes a <see cref="DriveException"/> that tells what git said.</summary>
/// <param name="directory">The work tree, or the repository itself where it has none.</param>
/// <param name="isMount">Whether it is that of a mount, whose <c>.git</c> is the repository and nothing else is: also where that is lost.</param>
/// <param name="variables">Those of each run; null for those that go with a repository.</param>
internal sealed class GitRepository(string directory, bool isMount = false, IReadOnlyDictionary<string, string>? variables = null)
{
    /// <summary>All paths of a work tree but what lies in the private directory of a mount, whatever the repository says of that.</summary>
    internal static IReadOnlyList<string> AllPaths { get; } = ["--", ".", ":(exclude,top,icase).omnydrive"];

    // Of what is read whole: names of branches, not contents.
    private const int MostBytes = 16 << 20;

    private string? _git;
    private IReadOnlyList<string>? _userSettings;

    private readonly Dictionary<string, string> _environment = new(variables ?? (isMount ? new Dictionary<string, string> { ["GIT_DIR"] = Path.Combine(directory, ".git"), ["GIT_WORK_TREE"] = directory } : []));

    internal string Directory => directory;

    /// <summary>Whether a git was killed that ran here, or ended half way: then it has left something behind.</summary>
    internal bool WasKilled { get; set; }

    /// <summary>The same repository, with variables for each run.</summary>
    internal GitRepository With(IReadOnlyDictionary<string, string> more) => new(directory, isMount, EnvironmentWith(more)) { _git = _git, _userSettings = _userSettings };

    /// <summary>Variables for a run here.</summary>
    internal Dictionary<string, string> EnvironmentWith(IReadOnlyDictionary<string, string>? more)
    {
        var environment = new Dictionary<string, string>(_environment);
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
            environment[name] = value;
        return environment;
    }

    /// <summary>Runs git, whatever it ends with.</summary>
    internal Task<GitOutput> TryAsync(IReadOnlyList<string> arguments, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null, byte[]? input = null, int mostBytes = MostBytes) =>
        GitCommand.RunAsync(directory, arguments, mostBytes, cancellation, EnvironmentWith(environment), input);

    /// <summary>Runs git with streams; throws <c>failed</c> unless it ends with 0.</summary>
    internal async Task ExchangeAsync(IReadOnlyList<string> arguments, Func<Stream, Task>? write, Func<Stream, Task> read, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (exitCode, errors) = await GitCommand.ExchangeAsync(directory, arguments, EnvironmentWith(environment), write ?? (_ => Task.CompletedTask), read, cancellation);
        if (exitCode != 0)
            throw Failed(arguments[0], exitCode, errors);
    }

    /// <summary>Runs git; throws <c>failed</c> unless it ends with 0.</summary>
    internal async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null, byte[]? input = null)
    {
        var run = await TryAsync(arguments, cancellation, environment, input);
        return run.ExitCode == 0 ? Encoding.UTF8.GetString(run.Output) : throw Failed(arguments[0], run.ExitCode, run.Errors);
    }

    /// <summary>The same where 1 is an answer: null.</summary>
    internal async Task<string?> AskAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var run = await TryAsync(arguments, cancellation);
        return run.ExitCode switch
        {
            0 => Encoding.UTF8.GetString(run.Output).TrimEnd('\n'),
            1 => null,
            _ => throw Failed(arguments[0], run.ExitCode, run.Errors),
        };
    }

    /// <summary>Where the repository itself lies: <c>.git</c> of a work tree, as a rule.</summary>
    internal async Task<string> GitDirectoryAsync(CancellationToken cancellation) => _git ??= (await RunAsync(["rev-parse", "--absolute-git-dir"], cancellation)).TrimEnd('\n');

    /// <summary>The commit of a revision; null where there is none.</summary>
    internal Task<string?> CommitOfAsync(string revision, CancellationToken cancellation) => AskAsync(["rev-parse", "--verify", "--quiet", "--end-of-options", $"{revision}^{{commit}}"], cancellation);

    /// <summary>The branch that is checked out, whether or not it has a commit; null where the HEAD is detached.</summary>
    internal async Task<string?> BranchAsync(CancellationToken cancellation) =>
        await AskAsync(["symbolic-ref", "--quiet", "HEAD"], cancellation) is { } head && head.StartsWith(GitRefs.Heads, StringComparison.Ordinal) ? head[GitRefs.Heads.Length..] : null;

    internal async Task<bool> IsAncestorAsync(string one, string other, CancellationToken cancellation) => await AskAsync(["merge-base", "--is-ancestor", one, other], cancellation) is not null;

    /// <summary>How many commits only the one has, and only the other.</summary>
    internal async Task<(int Ahead, int Behind)> CountAsync(string one, string other, CancellationToken cancellation)
    {
        var counts = (await RunAsync(["rev-list", "--left-right", "--count", "--end-of-options", $"{one}...{other}"], cancellation)).Split('\t', '\n');
        return (int.Parse(counts[0], CultureInfo.InvariantCulture), int.Parse(counts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>How many commits no branch of the origin has.</summary>
    internal async Task<int> CountUnknownToOriginAsync(string commit, CancellationToken cancellation) =>
        int.Parse(await RunAsync(["rev-list", "--count", commit, "--not", $"--remotes={GitRefs.Remote}"], cancellation), CultureInfo.InvariantCulture);

    /// <summary>Whether the work tree has anything that no commit has: changed, or not known to git and not left out. Reads no further than to the first.</summary>
    internal async Task<bool> IsDirtyAsync(CancellationToken cancellation) =>
        await AnyOutputAsync([.. await UserSettingsAsync(cancellation), "status", "--porcelain", "-z", "--untracked-files=normal", "--ignore-submodules=dirty", "--no-renames", .. AllPaths], cancellation);

    /// <summary>Whether the index has files in conflict, as a <c>git stash pop</c> leaves them: what lies there has marks in it, and to add it would say that it is resolved.</summary>
    internal Task<bool> IsUnmergedAsync(CancellationToken cancellation) => AnyOutputAsync(["ls-files", "--unmerged", "-z"], cancellation);

    /// <summary>Makes a ref that is not there; false where it is, and not at that commit.</summary>
    internal async Task<bool> MakeRefAsync(string name, string commit, CancellationToken cancellation)
    {
        var run = await TryAsync(["update-ref", "--end-of-options", name, commit, GitRefs.NoCommit], cancellation);
        if (run.ExitCode == 0)
            return true;
        return await CommitOfAsync(name, cancellation) is { } there ? there == commit : throw Failed("update-ref", run.ExitCode, run.Errors);
    }

    internal Task SetRefAsync(string name, string commit, CancellationToken cancellation) => RunAsync(["update-ref", "--end-of-options", name, commit], cancellation);

    /// <summary>A value of the repository's configuration; null where there is none.</summary>
    internal Task<string?> ConfigAsync(string key, CancellationToken cancellation) => AskAsync(["config", "--local", "--get", key], cancellation);

    internal Task SetConfigAsync(string key, string value, CancellationToken cancellation) => RunAsync(["config", "--local", key, value], cancellation);

    /// <summary>Arguments, before a command that looks at files, by which the user's own settings of contents count; see <see cref="UserSettings"/>.</summary>
    internal async Task<IReadOnlyList<string>> UserSettingsAsync(CancellationToken cancellation) => _userSettings ??= await UserSettings.ReadAsync(this, cancellation);

    /// <summary>Takes all that a work tree has into the index.</summary>
    internal async Task AddAllAsync(CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null)
    {
        var run = await TryAsync([.. await UserSettingsAsync(cancellation), "add", "--all", .. AllPaths], cancellation, environment);
        // 1 is how it says that the private directory is left out in two ways; all else is taken.
        if (run.ExitCode is not (0 or 1))
            throw Failed("add", run.ExitCode, run.Errors);
    }

    private async Task<bool> AnyOutputAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var any = false;
        await ExchangeAsync(arguments, null, async from =>
        {
            var buffer = new byte[16 << 10];
            while (await from.ReadAsync(buffer, cancellation) > 0)
                any = true;
        }, cancellation);
        return any;
    }

    /// <summary>What a run that failed becomes. A signal ended it where the exit code is beyond 128, with which git ends by itself.</summary>
    internal DriveException Failed(string command, int exitCode, string errors)
    {
        WasKilled |= exitCode > 128;
        return new DriveException(ErrorCode.Failed, $"git {command} failed in \"{directory}\" (exit code {exitCode}): {GitErrors.Shorten(errors)}",
        errors.Contains("dubious ownership", StringComparison.Ordinal) ? $"Its files belong to another user. Run OmnyDrive as that user, or take them over." : "Look at the repository with git, and run the command again.");
    }
}
