using OmnyDrive.Errors;
using OmnyDrive.Git;
using OmnyDrive.Hubs;

namespace OmnyDrive.Origins;

/// <summary>The origin of a git drive. Its content is moved by git itself, which this tells where to go and what to show there.</summary>
public interface IGitOrigin : IOrigin
{
    /// <summary>What a mount's repository calls the place: the URL at a server that knows nothing of OmnyDrive, or <c>omnydrive://</c> and the drive, which only OmnyDrive reaches. A mount never follows to another.</summary>
    string Address => $"omnydrive://{Drive}";

    /// <summary>
    /// How git reaches the repository now. To be asked for anew for each command: what is to be shown there ends soon. Throws <see cref="DriveException"/> <c>read_only</c> where the drive takes no push.
    /// </summary>
    /// <param name="action">What git is to do there.</param>
    /// <param name="cancellation">Ends the asking.</param>
    Task<GitRemote> GetRemoteAsync(DriveActions action, CancellationToken cancellation = default);
}

/// <summary>How git reaches a repository.</summary>
/// <param name="Location">An absolute path on this machine, or a URL. It holds no secret.</param>
/// <param name="Ticket">What goes into the Authorization header as a bearer; null where none is needed. A secret: it must not come into arguments, logs or configuration files.</param>
public sealed record GitRemote(string Location, string? Ticket)
{
    /// <summary>For a path on this machine, the command that gives commits away there, as a shell reads it. Null where the origin decides about that by itself.</summary>
    public string? UploadPack { get; init; }

    /// <summary>The same for the command that takes a push.</summary>
    public string? ReceivePack { get; init; }

    /// <summary>The same place as <see cref="Location"/>, where it is a repository at a server that knows nothing of OmnyDrive; else null.</summary>
    public GitUrl? Url { get; init; }

    /// <summary>What that server is shown over HTTP; null where nothing is kept for it. A secret like <see cref="Ticket"/>.</summary>
    public GitLogin? Login { get; init; }

    /// <summary>The file of the private key for SSH; null where that is left to ssh.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The place, and no secret.</summary>
    public override string ToString() => Location;
}

/// <summary>A user name, and a password or a token that stands for one. Its text holds neither.</summary>
public sealed class GitLogin(string username, string password)
{
    /// <summary>The user name.</summary>
    public string Username => username;

    /// <summary>The secret.</summary>
    public string Password => password;
}
