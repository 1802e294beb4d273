using System.Diagnostics;
using System.Text;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Filtering;

/// <summary>A repository in a scratch directory, which asks the git of this machine what it ignores, untouched by anybody's configuration.</summary>
internal sealed class GitRepository : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    internal GitRepository()
    {
        _scratch.Directory("home");
        Run("", "init", "-q", "--template=", _scratch.Directory("work"));
    }

    /// <summary>The path of something in the work tree.</summary>
    internal string At(string path) => _scratch.At("work", path);

    /// <summary>Writes a file as UTF-8 without a byte order mark of its own.</summary>
    internal void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllBytes(At(path), Encoding.UTF8.GetBytes(text));
    }

    /// <summary>For each path the pattern that makes git ignore it, or null where git does not.</summary>
    internal string?[] WhatIgnores(IReadOnlyList<string> paths)
    {
        // A path that began with a colon would be more than a path to git.
        var fields = Run(string.Concat(paths.Select(path => "./" + path.TrimEnd('/') + '\0')),
            "-C", At(""), "-c", "core.excludesFile=/dev/null", "-c", "core.ignoreCase=false", "check-ignore", "--no-index", "-z", "--stdin", "-v", "-n").Split('\0');
        Assert.Equal(4 * paths.Count, fields.Length - 1);
        return [.. paths.Select((_, i) => fields[(4 * i) + 2]).Select(pattern => pattern.Length == 0 || pattern.StartsWith('!') ? null : pattern)];
    }

    public void Dispose() => _scratch.Dispose();

    private string Run(string input, params string[] args)
    {
        var start = new ProcessStartInfo("git", args) { RedirectStandardInput = true, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8, StandardInputEncoding = new UTF8Encoding(false) };
        start.Environment.Clear();
        foreach (var (name, value) in new[] { ("PATH", Environment.GetEnvironmentVariable("PATH")!), ("HOME", _scratch.At("home")), ("GIT_CONFIG_NOSYSTEM", "1") })
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var printed = output.GetAwaiter().GetResult();
        process.WaitForExit();
        // 1 means that nothing is ignored.
        Assert.InRange(process.ExitCode, 0, 1);
        return printed;
    }
}
