using System.Text.RegularExpressions;
using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>How git gets to a repository that is not in the same directory: what it may speak, what it shows there, and what it means where it does not get through. Secrets go by the environment, and only to the server that they are for.</summary>
internal static partial class GitReach
{
    // Git runs it in a shell; it asks with "get". printf is a builtin of the shell, so that nothing shows in the list of processes.
    private const string Helper = """!f() { test "$1" = get && printf 'username=%s\npassword=%s\n' "$OMNYDRIVE_GIT_USERNAME" "$OMNYDRIVE_GIT_PASSWORD"; }; f""";

    // Asks nobody, and lends nothing of this machine to the other.
    private const string Ssh = "ssh -o BatchMode=yes -o ForwardAgent=no -o ForwardX11=no -o GSSAPIDelegateCredentials=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o ConnectTimeout=30 -o ServerAliveInterval=15";

    /// <summary>Arguments before the command of such a run, which hold nothing secret. Given in the environment, what comes as an argument would undo them.</summary>
    internal static IReadOnlyList<string> ArgumentsOf(GitRemote remote) =>
        remote is { Login: not null, Url: { IsSsh: false } url } ? ["-c", $"credential.{url.Scheme}://{url.Server}.helper={Helper}"] : [];

    /// <summary>Variables for a run of git that goes there.</summary>
    internal static Dictionary<string, string> EnvironmentOf(GitRemote remote)
    {
        var settings = new List<(string Key, string Value)>();
        var environment = new Dictionary<string, string>();
        // Only for that address, so that nobody else is shown it.
        if (remote.Ticket is { } ticket)
            settings.Add(($"http.{remote.Location}.extraHeader", $"Authorization: Bearer {ticket}"));
        if (remote is { Login: { } login, Url.IsSsh: false })
            (environment["OMNYDRIVE_GIT_USERNAME"], environment["OMNYDRIVE_GIT_PASSWORD"]) = (login.Username, login.Password);
        if (Uri.TryCreate(remote.Location, UriKind.Absolute, out var location) && location.IsLoopback)
            settings.Add(($"http.{remote.Location}.proxy", ""));
        // A login that lies there would go along, unasked and over plain HTTP too.
        if (location?.Scheme is "http" or "https")
            environment["HOME"] = "/dev/null";
        if (remote.Url is { } there)
            environment["GIT_ALLOW_PROTOCOL"] = there.Scheme;
        if (remote.Url is { IsSsh: true })
        {
            environment["GIT_SSH_COMMAND"] = remote.KeyFile is { } key ? $"{Ssh} -o IdentitiesOnly=yes -i {ShellWord.Of(key)}" : Ssh;
            environment["GIT_SSH_VARIANT"] = "ssh";
        }
        environment["GIT_CONFIG_COUNT"] = $"{settings.Count}";
        for (var i = 0; i < settings.Count; i++)
            (environment[$"GIT_CONFIG_KEY_{i}"], environment[$"GIT_CONFIG_VALUE_{i}"]) = settings[i];
        return environment;
    }

    /// <summary>Whether a host is this machine.</summary>
    internal static bool IsLoopback(string host) => Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var url) && url.IsLoopback;

    /// <summary>What git's words mean where it could not get through or was cut off.</summary>
    internal static DriveException Unreached(DriveId drive, GitRemote remote, string command, string errors)
    {
        var said = GitErrors.Shorten(errors);
        if (remote.Url is not { } url)
            return new DriveException(ErrorCode.OriginUnreachable, $"git {command} could not reach {drive}, or was cut off: {said}", $"Is {drive.Endpoint} serving? On its machine: omnydrive serve-content");
        var (server, account) = (ShellWord.Of(url.Server), ShellWord.Of((url.User is { } user ? $"{user}@" : "") + url.Host.Trim('[', ']')));
        var (code, hint) = MeaningOf(errors, url.IsSsh, command == "push") switch
        {
            Unreachable.Login when url.IsSsh => (ErrorCode.Unauthorized, $"Name a key that {url.Server} knows: omnydrive credential add {server} --ssh-key FILE; one with a passphrase must be in ssh-agent: ssh-add FILE"),
            Unreachable.Login when remote.Login is not null => (ErrorCode.Unauthorized, $"{url.Server} rejected what is kept for it, or that may not do this. Replace it: omnydrive credential add {server} --pat"),
            Unreachable.Login => (ErrorCode.Unauthorized, $"Keep what {url.Server} wants to see: omnydrive credential add {server} --pat"),
            Unreachable.HostKey => (ErrorCode.OriginUnreachable, $"Look at the server's key and accept it once: ssh {account}{(url.Port == 22 ? "" : $" -p {url.Port}")}"),
            Unreachable.Missing => (ErrorCode.OriginUnreachable, $"Is the URL right? A private repository looks like one that is not there until {url.Server} is shown a credential: omnydrive credential add {server} --pat"),
            Unreachable.NoPush => (ErrorCode.OriginUnreachable, $"{url.Server} takes no push over HTTP. Its publisher can publish it read-only, or by a URL that takes one."),
            Unreachable.Redirect => (ErrorCode.OriginUnreachable, "The repository has moved. Its publisher can publish it again with the URL that it has now."),
            _ => (ErrorCode.OriginUnreachable, $"Can {url.Server} be reached from this machine? Then run the command again."),
        };
        return new DriveException(code, $"git {command} did not get through to {drive} at {url}: {said}", hint);
    }

    /// <summary>Reads what git, curl or ssh said, or the server through them. What they quote, as the URL and paths, counts for nothing.</summary>
    internal static Unreachable MeaningOf(string errors, bool isSsh, bool isPush)
    {
        var said = Quoted().Replace(errors, "");
        bool Has(params string[] words) => words.Any(word => said.Contains(word, StringComparison.Ordinal));
        return said switch
        {
            _ when isSsh && Has("Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED") => Unreachable.HostKey,
            _ when isSsh && Has(": Permission denied (", "Too many authentication failures", "ERROR: Permission to ") => Unreachable.Login,
            _ when Has("could not read Username for", "could not read Password for", "Authentication failed for", "returned error: 401", "returned error: 403") => Unreachable.Login,
            _ when isPush && !isSsh && Has("error: Cannot access URL ", "no DAV locking support on ", "git-http-push failed", "dumb http transport does not support", "dumb HTTP transport does not support") => Unreachable.NoPush,
            _ when Has("unable to update url base from redirection", "returned error: 301", "returned error: 302", "returned error: 307", "returned error: 308") => Unreachable.Redirect,
            _ when Has("returned error: 404", "epository not found", "fatal: repository  not found", "epository does not exist", "could not be found or you don't have permission", "does not exist or you do not have", "does not appear to be a git repository") => Unreachable.Missing,
            _ => Unreachable.Network,
        };
    }

    // A URL has no spaces; it may hold quotes only where a server that sends elsewhere chose it.
    [GeneratedRegex(@"'?[a-zA-Z+]{1,10}://\S*|'[^'\n]*'")]
    private static partial Regex Quoted();
}

/// <summary>Why git did not get through.</summary>
internal enum Unreachable
{
    /// <summary>The server does not answer, or was cut off.</summary>
    Network,
    /// <summary>It wants to see a credential, or another.</summary>
    Login,
    /// <summary>Its key is not one that ssh knows.</summary>
    HostKey,
    /// <summary>It says that there is no such repository.</summary>
    Missing,
    /// <summary>It says that the repository is elsewhere.</summary>
    Redirect,
    /// <summary>It only gives files away.</summary>
    NoPush,
}
