using System.ComponentModel;
using System.Diagnostics;
using OmnyDrive.Engine;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary>The merge tool of a person, as <c>git mergetool</c> runs it: chosen by <c>merge.tool</c> of their git configuration, with <c>$BASE</c>, <c>$LOCAL</c>, <c>$REMOTE</c> and <c>$MERGED</c>.</summary>
internal static class MergeTool
{
    // git's own library knows the tools by name, those that a configuration describes, and whether their exit code says that the merge was made; where it does not, a merged file that was not written makes it ask.
    private const string Script = """
        TOOL_MODE=merge
        . "$(git --exec-path)/git-mergetool--lib" || exit 3
        chosen=$(get_merge_tool)
        test -n "$chosen" && setup_tool "$chosen" || exit 3
        run_merge_tool "$chosen" true
        """;

    private const int NoTool = 3;

    /// <summary>Runs it on this terminal; false where it says that there is no result.</summary>
    public static async Task<bool> RunAsync(MergeFiles files, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("sh", ["-c", Script]) { WorkingDirectory = Path.GetDirectoryName(files.Merged)! };
        foreach (var (name, value) in new[] { ("BASE", files.Base), ("LOCAL", files.Local), ("REMOTE", files.Remote), ("MERGED", files.Merged), ("BACKUP", $"{files.Merged}.orig") })
            start.Environment[name] = value;
        try
        {
            using var tool = Process.Start(start)!;
            await tool.WaitForExitAsync(cancellation);
            return tool.ExitCode == NoTool
                ? throw new DriveException(ErrorCode.Failed, "No merge tool could be found.", "Choose one: git config --global merge.tool NAME; what git knows: git mergetool --tool-help")
                : tool.ExitCode == 0;
        }
        catch (Win32Exception e)
        {
            throw new DriveException(ErrorCode.NotSupported, $"A merge tool cannot be run here: {e.Message}.", "Settle it by --ours, --theirs, --both or --merge.", e);
        }
    }
}
