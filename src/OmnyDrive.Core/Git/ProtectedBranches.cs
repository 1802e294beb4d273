
namespace OmnyDrive.Git;

/// <summary>Names of branches that a push does not move.</summary>
public static class ProtectedBranches
{
    /// <summary>Those of a drive whose publisher says nothing: <c>main</c> and <c>master</c>.</summary>
    public static IReadOnlyList<string> Default { get; } = ["main", "master"];

    /// <summary>
    /// The name of a branch that takes the work of one mount: <c>omnydrive/&lt;endpoint&gt;/&lt;branch&gt;-&lt;12 hexadecimal digits&gt;</c>. Made of random bytes that the caller drew, so that nobody has it.
    /// </summary>
    public static string WorkBranchOf(string endpoint, string branch, ReadOnlySpan<byte> random) => $"omnydrive/{endpoint}/{branch.Replace('/', '-')}-{Convert.ToHexStringLower(random[..6])}";
}
