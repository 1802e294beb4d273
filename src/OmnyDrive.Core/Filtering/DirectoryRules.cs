namespace OmnyDrive.Filtering;

/// <summary>
/// All rules in force inside one directory. Immutable; whoever walks a tree enters each directory that <see cref="Decide"/> did not filter,
/// with the ignore files that lie in it. From the highest precedence: <c>--exclude</c>; ignore files below the root, the deepest first;
/// what <c>--exclude</c> takes back with <c>!</c> and what <c>--include</c> matches; ignore files in the root; and where there are
/// <c>--include</c> patterns, whether one of them chose the path or a directory around it.
/// </summary>
public sealed class DirectoryRules
{
    private static readonly DirectoryRules Nothing = new(null, null, [], false, default);

    private readonly RootRules? _root;
    private readonly NestedRules? _nested;
    private readonly byte[] _directory;
    private readonly bool _chosen;

    // The directory is the path from the outermost directory that has rules, empty or with a slash at the end.
    private DirectoryRules(RootRules? root, NestedRules? nested, byte[] directory, bool chosen, UInt128 identity)
    {
        _root = root;
        _nested = nested;
        _directory = directory;
        _chosen = chosen;
        Identity = identity;
    }

    /// <summary>Whether nothing can be filtered here or below, unless a deeper directory has an ignore file.</summary>
    public bool IsEmpty => _root is null && _nested is null;

    /// <summary>
    /// Where it is the same for one directory path at two times, so are the verdicts for every name in it, and for everything below but for
    /// what deeper ignore files say. 0 exactly when <see cref="IsEmpty"/>.
    /// </summary>
    public UInt128 Identity { get; }

    /// <summary>The rules in the root of a drive; <paramref name="rootFiles"/> are the ignore files that lie in it, lowest precedence first.</summary>
    public static DirectoryRules Of(FilterOptions options, IReadOnlyList<IgnoreFile> rootFiles) =>
        RootRules.Of(options, rootFiles) is { IsEmpty: false } root ? new(root, null, [], false, RulesIdentity.OfRoot(options, rootFiles)) : Nothing;

    /// <summary>
    /// The rules inside the directory <paramref name="name"/>, of which <see cref="Decide"/> said <paramref name="verdict"/>;
    /// <paramref name="files"/> are the ignore files that lie in it, lowest precedence first. A filtered directory is not to be entered.
    /// </summary>
    public DirectoryRules Enter(ReadOnlySpan<byte> name, PathVerdict verdict, IReadOnlyList<IgnoreFile> files)
    {
        if (verdict == PathVerdict.Filtered)
            throw new ArgumentException("A filtered directory is not entered.", nameof(verdict));
        var here = PatternList.Of(files);
        if (IsEmpty)
            return here.IsEmpty ? Nothing : new(null, new NestedRules(here, 0, null), [], false, RulesIdentity.Inside(default, false, files));
        byte[] directory = [.. _directory, .. name, (byte)'/'];
        var nested = here.IsEmpty ? _nested : new NestedRules(here, directory.Length, _nested);
        var chosen = verdict == PathVerdict.Kept;
        return new(_root, nested, directory, chosen, RulesIdentity.Inside(Identity, chosen, files));
    }

    /// <summary>What becomes of <paramref name="name"/>, one name in UTF-8. A link to a directory is no directory.</summary>
    public PathVerdict Decide(ReadOnlySpan<byte> name, bool isDirectory)
    {
        if (IsEmpty)
            return PathVerdict.Kept;
        var length = _directory.Length + name.Length;
        var path = length <= 1024 ? stackalloc byte[length] : new byte[length];
        _directory.CopyTo(path);
        name.CopyTo(path[_directory.Length..]);
        var candidate = new Candidate(path, _directory.Length, isDirectory);
        if (_root is not null)
            return _root.Decide(candidate, _nested, _chosen);
        return NestedRules.LastMatch(_nested, candidate) is true ? PathVerdict.Filtered : PathVerdict.Kept;
    }
}
