using System.Diagnostics;
using System.Text;

namespace OmnyDrive.Testing;

/// <summary>
/// What <c>find</c> and <c>sha256sum</c> say of a directory: names byte by byte, kinds, modes, owners, sizes, targets, mtimes of files to the
/// nanosecond, and content. The private directory is left out.
/// </summary>
public static class Inventory
{
    private const string Script = """
        cd "$1" && find . -mindepth 1 -name .omnydrive -prune -o -mindepth 1 \
          \( -type f -printf '%P\t%y %m %U %G %s %T@\n' -o -printf '%P\t%y %m %U %G %l\n' \) | sort
        find . -name .omnydrive -prune -o -type f -print0 | sort -z | xargs -0 -r sha256sum
        """;

    /// <summary>The lines; two are equal where the directories are.</summary>
    public static string Of(string directory)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", directory])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Bytes that are no text must not turn into one and the same replacement.
            StandardOutputEncoding = Encoding.Latin1,
            Environment = { ["LC_ALL"] = "C" },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? lines : throw new InvalidOperationException(errors.GetAwaiter().GetResult());
    }
}
