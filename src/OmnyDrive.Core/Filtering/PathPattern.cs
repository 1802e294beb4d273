using System.Text;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Filtering;

/// <summary>
/// Paths that a person names: one path with all below it, or a glob as in <c>.gitignore</c>, where a pattern without a slash matches at any depth and <c>**</c> matches everything.
/// </summary>
public sealed class PathPattern
{
    private readonly DrivePath _path;
    private readonly Pattern? _glob;

    private PathPattern(DrivePath path, Pattern? glob) => (_path, _glob) = (path, glob);

    /// <summary>Reads one; throws <see cref="DriveException"/> <c>invalid</c> where it names nothing that a drive can hold.</summary>
    public static PathPattern Parse(string text)
    {
        var plain = text.StartsWith("./", StringComparison.Ordinal) ? text[2..] : text;
        if (plain.AsSpan().IndexOfAny("*?[") < 0)
            return new PathPattern(plain.TrimEnd('/') is "" or "." ? DrivePath.Root : DrivePath.Parse(plain.TrimEnd('/')), null);
        return Pattern.Parse(Encoding.UTF8.GetBytes(plain)) is { Negated: false } glob
            ? new PathPattern(DrivePath.Root, glob)
            : throw DriveException.Invalid($"\"{Printable.Of(text)}\" is not a pattern for paths.", "Write it as in .gitignore, such as *.txt, docs/** or **.");
    }

    /// <summary>Whether it means a path.</summary>
    public bool Matches(DrivePath path)
    {
        if (_glob is null)
            return path.IsAtOrBelow(_path);
        var bytes = Encoding.UTF8.GetBytes(path.ToString());
        return _glob.Matches(new Candidate(bytes, bytes.AsSpan().LastIndexOf((byte)'/') + 1, isDirectory: false), 0);
    }
}
