using System.CommandLine;
using OmnyDrive.Chunking;
using OmnyDrive.Cli.Json;
using OmnyDrive.Engine.Scanning;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>hash</c>: the content hash of a file, or the ref of a directory.</summary>
internal static class HashCommand
{
    private const int BufferSize = 1 << 20;

    public static Command Create(Binder bind)
    {
        var file = new Argument<string>("PATH") { Description = "A file or a directory" };
        var command = new Command("hash", "Print the content hash of a file as snapshots have it (below 1 MiB it is what sha256sum prints), or the ref of a directory") { file };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetRequiredValue(file)));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string file)
    {
        var path = context.FullPath(file);
        if (Directory.Exists(path))
            return HashDirectory(context, path);
        if (!File.Exists(path))
            throw new DriveException(ErrorCode.PathNotFound, $"There is no file \"{path}\".", "Look at the spelling, and at the directory that relative paths start from.");
        using var hasher = new ContentHasher();
        await AppendAsync(hasher, path, context.Cancellation);
        var size = hasher.Length;
        var value = new HashValue(path, hasher.Finish().ToText(size), size);
        context.Printer.Result(value, CliJson.Shared.HashValue, value.Hash);
        return ExitCodes.Ok;
    }

    private static int HashDirectory(CommandContext context, string path)
    {
        PrivateStateDirectory.Make(context.StateDirectory, "The state directory", "Choose another with --state DIR or $OMNYDRIVE_STATE.");
        var seen = DirectorySummary.Of(path, Path.Combine(context.StateDirectory, "cache"), context.Cancellation);
        var value = new DirectoryHashValue(path, seen.Ref.ToString(), seen.Bytes, seen.Files, [.. seen.Problems.Select(ProblemValue.Of)]);
        foreach (var problem in value.Problems)
            context.Printer.Warning($"\"{problem.Path}\" does not count: {problem.Reason}");
        context.Printer.Result(value, CliJson.Shared.DirectoryHashValue, value.Hash);
        return ExitCodes.Ok;
    }

    private static async Task AppendAsync(ContentHasher hasher, string path, CancellationToken cancellation)
    {
        await using var stream = new FileStream(path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 0 });
        var buffer = new byte[BufferSize];
        while (await stream.ReadAsync(buffer, cancellation) is > 0 and var read)
            hasher.Append(buffer.AsSpan(0, read));
    }
}
