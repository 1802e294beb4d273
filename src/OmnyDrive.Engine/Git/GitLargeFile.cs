using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Git;

/// <summary>Names a content that Git LFS keeps: by its SHA-256, in 64 lowercase hexadecimal digits, and its size in bytes.</summary>
public sealed record GitLargeFile
{
    /// <summary>Names one; throws <see cref="DriveException"/> <c>protocol_error</c> where the id or the size is malformed.</summary>
    public GitLargeFile(string id, long size)
    {
        if (id.Length != 64 || !id.All(c => char.IsAsciiHexDigitLower(c)) || size < 0)
            throw DriveException.Protocol("The id or the size of a file of Git LFS is malformed.");
        (Id, Size) = (id, size);
    }

    /// <summary>Its SHA-256.</summary>
    public string Id { get; }

    /// <summary>Its size in bytes.</summary>
    public long Size { get; }
}
