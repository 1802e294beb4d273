using System.Collections.Concurrent;
using System.Text;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Filtering;

/// <summary>The rules of a whole tree, to be asked about any path: what its publisher chose, and the ignore files in it. Safe for concurrent use.</summary>
/// <param name="options">What the publisher chose.</param>
/// <param name="ignoreFiles">The ignore files by the directory that they lie in, lowest precedence first.</param>
public sealed class TreeRules(FilterOptions options, IReadOnlyDictionary<DrivePath, IReadOnlyList<IgnoreFile>> ignoreFiles)
{
    private readonly ConcurrentDictionary<DrivePath, DirectoryRules?> _directories = new();

    private readonly bool _isEmpty = DirectoryRules.Of(options, []).IsEmpty && ignoreFiles.Values.All(files => files.Count == 0);

    /// <summary>What the publisher chose.</summary>
    public FilterOptions Options => options;

    /// <summary>The rules with other ignore files in some directories (none: an empty list), and perhaps other choices of the publisher.</summary>
    public TreeRules With(FilterOptions chosen, IEnumerable<KeyValuePair<DrivePath, IReadOnlyList<IgnoreFile>>> replaced)
    {
        var files = new Dictionary<DrivePath, IReadOnlyList<IgnoreFile>>(ignoreFiles);
        foreach (var (directory, there) in replaced)
            files[directory] = there;
        return new TreeRules(chosen, files);
    }

    /// <summary>The ignore files that lie in a directory, lowest precedence first.</summary>
    public IReadOnlyList<IgnoreFile> FilesAt(DrivePath directory) => ignoreFiles.TryGetValue(directory, out var files) ? files : [];

    /// <summary>An ignore file of that content, wherever it lies; null where none has it.</summary>
    public IgnoreFile? Find(ContentHash content) => ignoreFiles.Values.SelectMany(files => files).FirstOrDefault(file => file.Content == content);

    /// <summary>The rules inside a directory; null where it, or a directory around it, is filtered itself.</summary>
    public DirectoryRules? At(DrivePath directory)
    {
        if (_directories.TryGetValue(directory, out var known))
            return known;
        return _directories[directory] = directory.IsRoot ? DirectoryRules.Of(options, FilesAt(directory)) : Enter(directory);
    }

    /// <summary>
    /// Whether a path is left out. An ignore file in a directory that is not left out never is: all sides must know what is left out. Nor is a directory that
    /// is merely on the way to what somebody chose: whether it is in the tree depends on what it holds.
    /// </summary>
    public bool IsFiltered(DrivePath path, bool isDirectory)
    {
        if (path.IsRoot || _isEmpty)
            return false;
        if (At(path.Parent) is not { } rules)
            return true;
        return !(!isDirectory && options.IsIgnoreFile(path)) && rules.Decide(Encoding.UTF8.GetBytes(path.Name), isDirectory) == PathVerdict.Filtered;
    }

    private DirectoryRules? Enter(DrivePath directory)
    {
        if (At(directory.Parent) is not { } parent)
            return null;
        var name = Encoding.UTF8.GetBytes(directory.Name);
        var verdict = parent.Decide(name, isDirectory: true);
        return verdict == PathVerdict.Filtered ? null : parent.Enter(name, verdict, FilesAt(directory));
    }
}
