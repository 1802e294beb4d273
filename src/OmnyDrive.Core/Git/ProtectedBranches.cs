using System.Buffers;
using OmnyDrive.Errors;

namespace OmnyDrive.Git;

/// <summary>Names of branches that a push does not move.</summary>
public static class ProtectedBranches
{
    private const int Most = 100, MaxLength = 200;

    private static readonly SearchValues<char> Refused = SearchValues.Create(" ~^:?*[\\\x7f");

    /// <summary>Those of a drive whose publisher says nothing: <c>main</c> and <c>master</c>.</summary>
    public static IReadOnlyList<string> Default { get; } = ["main", "master"];

    /// <summary>The same names, each once; throws <see cref="DriveException"/> <c>invalid</c> for one that no branch can have, and for more than a hundred.</summary>
    public static IReadOnlyList<string> Checked(IReadOnlyCollection<string> names)
    {
        if (names.Count > Most)
            throw DriveException.Invalid($"More than {Most} branches cannot be protected.");
        return [.. names.Select(Checked).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// The name of a branch that takes the work of one mount: <c>omnydrive/&lt;endpoint&gt;/&lt;branch&gt;-&lt;12 hexadecimal digits&gt;</c>. Made of random bytes that the caller drew, so that nobody has it.
    /// </summary>
    public static string WorkBranchOf(string endpoint, string branch, ReadOnlySpan<byte> random) => $"omnydrive/{endpoint}/{branch.Replace('/', '-')}-{Convert.ToHexStringLower(random[..6])}";

    // As git-check-ref-format(1) has it.
    private static string Checked(string name)
    {
        var isName = name.Length is > 0 and <= MaxLength && name[0] != '-' && name != "@" && !name.AsSpan().ContainsAny(Refused) && !name.AsSpan().ContainsAnyInRange('\0', '\x1f')
            && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("@{", StringComparison.Ordinal) && name[^1] != '.'
            && name.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));
        return isName ? name : throw DriveException.Invalid($"\"{Printable.Of(name)}\" is not the name of a branch.", "Give one as git has it, such as main or release/1.0");
    }
}
