namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>A directory for one test.</summary>
internal sealed class TestPlace : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("omnydrive-cli-test-").FullName;

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[relative])!);
        File.WriteAllText(this[relative], text);
    }

    public string Read(string relative) => File.ReadAllText(this[relative]);

    /// <summary>All files below a directory with their text, OmnyDrive's own left out: what must be equal before and after a refusal.</summary>
    public SortedDictionary<string, string> Content(string relative)
    {
        var root = this[relative];
        var files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(root, file))
            .Where(file => !file.Split('/').Contains(".omnydrive"));
        return new(files.ToDictionary(file => file, file => File.ReadAllText(System.IO.Path.Combine(root, file))), StringComparer.Ordinal);
    }

    public Task<CliResult> RunAsync(params string[] args) => CliProcess.RunAsync(Path, args);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
