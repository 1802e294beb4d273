namespace OmnyDrive.Engine.Tests;

/// <summary>Edits of the tree that <see cref="TwoSides.Sample"/> makes, by what they are.</summary>
internal static class SampleEdits
{
    internal static readonly Dictionary<string, Action<string>> ByName = new()
    {
        ["a file is edited"] = root => File.WriteAllText(Path.Combine(root, "a.txt"), "edited"),
        ["a file is added"] = root => File.WriteAllText(Path.Combine(root, "dir", "new.txt"), "new"),
        ["a file is deleted"] = root => File.Delete(Path.Combine(root, "dir", "b.txt")),
        ["an empty file is added"] = root => File.WriteAllText(Path.Combine(root, "nothing"), ""),
        ["a large file is added"] = root => File.WriteAllBytes(Path.Combine(root, "large"), Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * i >> 5)).ToArray()),
        ["two equal files are added"] = root =>
        {
            File.WriteAllText(Path.Combine(root, "one"), "same");
            File.WriteAllText(Path.Combine(root, "two"), "same");
        },
        ["chmod +x alone"] = root => File.SetUnixFileMode(Path.Combine(root, "a.txt"), (UnixFileMode)0b111_101_101),
        ["chmod -x alone"] = root => File.SetUnixFileMode(Path.Combine(root, "run.sh"), (UnixFileMode)0b110_100_100),
        ["a link changes its target"] = root =>
        {
            File.Delete(Path.Combine(root, "link"));
            File.CreateSymbolicLink(Path.Combine(root, "link"), "../outside");
        },
        ["a link becomes a file"] = root =>
        {
            File.Delete(Path.Combine(root, "link"));
            File.WriteAllText(Path.Combine(root, "link"), "a file now");
        },
        ["a file becomes a link"] = root =>
        {
            File.Delete(Path.Combine(root, "a.txt"));
            File.CreateSymbolicLink(Path.Combine(root, "a.txt"), "dir");
        },
        ["an empty directory is added"] = root => Directory.CreateDirectory(Path.Combine(root, "dir", "hollow")),
        ["an empty directory is removed"] = root => Directory.Delete(Path.Combine(root, "empty")),
        ["a full directory is removed"] = root => Directory.Delete(Path.Combine(root, "dir"), recursive: true),
        ["a directory becomes a file"] = root =>
        {
            Directory.Delete(Path.Combine(root, "dir"), recursive: true);
            File.WriteAllText(Path.Combine(root, "dir"), "a file now");
        },
        ["a file becomes a directory"] = root =>
        {
            File.Delete(Path.Combine(root, "a.txt"));
            Directory.CreateDirectory(Path.Combine(root, "a.txt", "below"));
            File.WriteAllText(Path.Combine(root, "a.txt", "below", "x"), "x");
        },
        ["a directory is moved"] = root => Directory.Move(Path.Combine(root, "dir"), Path.Combine(root, "renamed")),
        ["everything but one file is deleted"] = root =>
        {
            foreach (var entry in new DirectoryInfo(root).EnumerateFileSystemInfos().Where(entry => entry.Name is not (".omnydrive" or "run.sh")))
            {
                if (entry is DirectoryInfo { LinkTarget: null } directory)
                    directory.Delete(recursive: true);
                else
                    entry.Delete();
            }
        },
    };
}
