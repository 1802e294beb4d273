namespace OmnyDrive.Client.Wire;

/// <summary>Where a content server has the repository of a git drive, below the drive's own route; see docs/wire-protocol.md.</summary>
internal static class GitPaths
{
    /// <summary>What git takes for the URL of the repository.</summary>
    internal const string Repository = "git";
}
