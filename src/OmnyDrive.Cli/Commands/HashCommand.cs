using System.CommandLine;
using OmnyDrive.Chunking;
using OmnyDrive.Cli.Json;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>hash</c>: the content hash of a file.</summary>
internal static class HashCommand
{
    private const int BufferSize = 1 << 20;

    public static Command Create(Binder bind)
    {
        var file = new Argument<string>("FILE") { Description = "The file" };
        var command = new Command("hash", "Print the content hash of a file as snapshots have it; below 1 MiB it is what sha256sum prints") { file };
        return bind(command, (context, parsed) => ExecuteAsync(context, parsed.GetRequiredValue(file)));
    }

    private static async Task<int> ExecuteAsync(CommandContext context, string file)
    {
        var path = context.FullPath(file);
        if (Directory.Exists(path))
            throw DriveException.Invalid($"\"{path}\" is a directory; only files have a content hash.");
        if (!File.Exists(path))
            throw new DriveException(ErrorCode.PathNotFound, $"There is no file \"{path}\".", "Look at the spelling, and at the directory that relative paths start from.");
        using var hasher = new ContentHasher();
        await AppendAsync(hasher, path, context.Cancellation);
        var size = hasher.Length;
        var value = new HashValue(path, hasher.Finish().ToText(size), size);
        context.Printer.Result(value, CliJson.Shared.HashValue, value.Hash);
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
