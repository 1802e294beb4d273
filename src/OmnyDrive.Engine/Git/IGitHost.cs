using OmnyDrive.Errors;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Git;

/// <summary>The two services by which git moves commits over HTTP.</summary>
public enum GitService
{
    /// <summary>Gives commits away.</summary>
    UploadPack,
    /// <summary>Takes commits.</summary>
    ReceivePack,
}

/// <summary>One exchange of git's smart HTTP protocol; see gitprotocol-http(5).</summary>
/// <param name="Protocol">The version that the client asks for, such as <c>version=2</c>; null where it asks for none.</param>
/// <param name="Input">What the client sent; null where it only asks what there is.</param>
/// <param name="Output">Takes the answer as it comes.</param>
public sealed record GitExchange(string? Protocol, Stream? Input, Stream Output);

/// <summary>An <see cref="IGitOrigin"/> on this machine, for whoever serves it to git over HTTP.</summary>
public interface IGitHost
{
    /// <summary>
    /// Does one exchange; nothing is held whole. Ends with the client's connection. Throws <see cref="DriveException"/>: <c>root_missing</c>, <c>read_only</c>, and <c>failed</c> where git ends with an error, when some of
    /// the answer may be out already.
    /// </summary>
    Task ServeAsync(GitService service, GitExchange exchange, CancellationToken cancellation);

    /// <summary>Whether the repository has a content that Git LFS keeps.</summary>
    bool HasLargeFile(GitLargeFile file);

    /// <summary>Opens such a content; null where it is not there. The caller disposes it.</summary>
    Stream? OpenLargeFile(GitLargeFile file);

    /// <summary>Takes such a content in, as it comes; durable when it returns, and verified. Throws <see cref="DriveException"/>: <c>root_missing</c>, <c>read_only</c>, <c>content_mismatch</c>, <c>no_space</c>.</summary>
    Task TakeLargeFileAsync(GitLargeFile file, Stream content, CancellationToken cancellation);
}
