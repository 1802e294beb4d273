using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Git;

/// <summary>What a run of git gave.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to its standard output.</param>
/// <param name="Errors">What it wrote to its standard error, or the end of that.</param>
internal sealed record GitOutput(int ExitCode, byte[] Output, string Errors);

/// <summary>
/// Runs the <c>git</c> command, the only way in which this engine does: arguments as a list, no shell, no configuration but its own defaults and that of the repository, no hooks and no prompts, nothing inherited
/// that could change what it does, and no protocol but those of peers. A cancelled run is ended with all that it started. The first run makes sure that git is new enough.
/// </summary>
internal static class GitCommand
{
    private const int MostErrorBytes = 64 << 10;

    /// <summary>What counts whatever a repository's own configuration says.</summary>
    internal static IReadOnlyList<string> Settings { get; } =
    [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.alternateRefsCommand=true", "core.askPass=", "core.quotePath=false", "core.attributesFile=/dev/null",
        "credential.helper=", "commit.gpgSign=false", "gc.autoDetach=false", "maintenance.autoDetach=false", "log.showSignature=false",
        "transfer.fsckObjects=true", "fetch.fsckObjects=true", "receive.fsckObjects=true", "submodule.recurse=false", "fetch.recurseSubmodules=false", "push.recurseSubmodules=no", "push.followTags=false",
        "http.followRedirects=false", "protocol.allow=never", "protocol.file.allow=always", "protocol.http.allow=always", "protocol.https.allow=always",
    ];

    private static bool _isNewEnough;

    /// <summary>The oldest git that does all that is asked of it.</summary>
    internal static Version Oldest { get; } = new(2, 32);

    /// <summary>
    /// Runs it to its end; the caller looks at the exit code. Throws <c>not_supported</c> where there is no git or one that is too old, <c>failed</c> where it writes more than <paramref name="mostBytes"/>.
    /// </summary>
    /// <param name="directory">Where it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="mostBytes">How much it may write.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="environment">Variables for this run; secrets go this way, and only this.</param>
    /// <param name="input">What it reads; nothing where null.</param>
    internal static async Task<GitOutput> RunAsync(
        string directory, IReadOnlyList<string> arguments, int mostBytes, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null, byte[]? input = null)
    {
        byte[] output = [];
        var (exitCode, errors) = await ExchangeAsync(
            directory, arguments, environment,
            to => CopyAsync(new MemoryStream(input ?? []), to, cancellation),
            async from => output = await ReadAsync(from, mostBytes, cancellation),
            cancellation);
        return new GitOutput(exitCode, output, errors);
    }

    /// <summary>The same with streams of any length: what it reads is written while what it writes is read. What one of the two throws ends the run.</summary>
    internal static async Task<(int ExitCode, string Errors)> ExchangeAsync(
        string directory, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment, Func<Stream, Task> write, Func<Stream, Task> read, CancellationToken cancellation)
    {
        await RequireVersionAsync();
        using var process = Start(directory, arguments, environment);
        try
        {
            var writing = WriteAsync(process, write);
            var errors = ReadTailAsync(process.StandardError.BaseStream, cancellation);
            var reading = read(process.StandardOutput.BaseStream);
            // Whichever fails first ends the others, which wait for this process.
            await await Task.WhenAny(writing, reading);
            await Task.WhenAll(writing, reading);
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, await errors);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Gives a run what a stream has, as long as it reads; that it does not read all is no error, for its exit code tells why.</summary>
    internal static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellation)
    {
        var buffer = new byte[64 << 10];
        for (int read; (read = await from.ReadAsync(buffer, cancellation)) > 0;)
        {
            try
            {
                await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }
            catch (IOException)
            {
                return;
            }
        }
    }

    private static async Task WriteAsync(Process process, Func<Stream, Task> write)
    {
        await write(process.StandardInput.BaseStream);
        process.StandardInput.Close();
    }

    private static Process Start(string directory, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("git", ["--no-pager", .. Settings.SelectMany(setting => new[] { "-c", setting }), .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal) || name == "SSH_ASKPASS").ToList())
            start.Environment.Remove(name);
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_ATTR_NOSYSTEM"] = "1";
        // A directory that has lost its repository is not taken for a part of one around it.
        if (Path.GetDirectoryName(directory) is { } above)
            start.Environment["GIT_CEILING_DIRECTORIES"] = above;
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        // This wins over what a repository says of single protocols.
        start.Environment["GIT_ALLOW_PROTOCOL"] = "file:http:https";
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new DriveException(ErrorCode.NotSupported, $"git cannot be run: {e.Message}.", "Install git and run the same command again.", e);
        }
    }

    private static async Task RequireVersionAsync()
    {
        if (Volatile.Read(ref _isNewEnough))
            return;
        using var process = Start(Path.GetTempPath(), ["--version"], null);
        var told = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (VersionOf(told) is not { } version || version < Oldest)
            throw new DriveException(ErrorCode.NotSupported, $"This git is too old: \"{told.Trim()}\"; {Oldest} or newer is needed.", "Update git and run the same command again.");
        Volatile.Write(ref _isNewEnough, true);
    }

    /// <summary>Reads what <c>git --version</c> says; null where it says none.</summary>
    internal static Version? VersionOf(string told)
    {
        var numbers = told.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(2)?.Trim().Split('.') ?? [];
        return numbers is [var major, var minor, ..] && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? new Version(first, second)
            : null;
    }

    private static async Task<byte[]> ReadAsync(Stream from, int most, CancellationToken cancellation)
    {
        using var output = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; (read = await from.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (output.Length + read > most)
                throw new DriveException(ErrorCode.Failed, $"git wrote more than {most >> 20} MiB.", "Settle these files in another way.");
            output.Write(buffer, 0, read);
        }
        return output.ToArray();
    }

    // A repository can make it say anything, without end; what it says last is why it ended.
    private static async Task<string> ReadTailAsync(Stream from, CancellationToken cancellation)
    {
        var tail = new byte[2 * MostErrorBytes];
        int length = 0, read;
        while ((read = await from.ReadAsync(tail.AsMemory(length), cancellation)) > 0)
        {
            length += read;
            if (length <= MostErrorBytes)
                continue;
            tail.AsSpan(length - MostErrorBytes, MostErrorBytes).CopyTo(tail);
            length = MostErrorBytes;
        }
        return System.Text.Encoding.UTF8.GetString(tail, 0, length);
    }
}
