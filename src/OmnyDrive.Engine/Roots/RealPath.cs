namespace OmnyDrive.Engine.Roots;

/// <summary>The path of a directory with the links in it resolved, so that one directory has one path.</summary>
internal static class RealPath
{
    /// <summary>Resolves the links on the way to an existing directory; a part that does not exist stays as written.</summary>
    internal static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(full);
        if (parent is null)
            return full;
        var here = Path.Combine(Of(parent), Path.GetFileName(full));
        var link = new DirectoryInfo(here);
        return link.LinkTarget is null ? here : Of(link.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }
}
