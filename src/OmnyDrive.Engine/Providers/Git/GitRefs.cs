namespace OmnyDrive.Engine.Providers.Git;

/// <summary>The names that a git drive gives things in a mount's repository.</summary>
internal static class GitRefs
{
    internal const string Heads = "refs/heads/";

    /// <summary>The name by which the mount's repository calls the origin.</summary>
    internal const string Remote = "origin";

    /// <summary>Where the place is kept that the mount was cloned from; see <see cref="OmnyDrive.Origins.IGitOrigin.Address"/>.</summary>
    internal const string AddressKey = $"remote.{Remote}.omnydrive";

    /// <summary>What a commit is called that is none: as the state of a repository without any.</summary>
    internal static string NoCommit { get; } = new('0', 40);

    /// <summary>Where a branch was at the origin, by the last look.</summary>
    internal static string AtOrigin(string branch) => $"refs/remotes/{Remote}/{branch}";

    /// <summary>Which commit of a branch the mount and its origin agreed on last. In digits, for a branch may come that has the name of one that went, and more.</summary>
    internal static string Agreed(string branch) => $"refs/omnydrive/agreed/{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(branch))}";

    /// <summary>Where the name is kept of the branch at the origin that takes the work on a protected one.</summary>
    internal static string WorkBranchKey(string branch) => $"branch.{branch}.omnydriveWork";
}
