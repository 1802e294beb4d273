using System.Globalization;
using OmnyDrive.Engine.Git;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Conflicts;

/// <summary>What a merge of three texts gave.</summary>
/// <param name="Text">The merged text; null where it is no text.</param>
/// <param name="Overlaps">In how many places both sides changed the same lines. These are marked in the text.</param>
internal readonly record struct MergedText(byte[]? Text, int Overlaps);

/// <summary>A three-way merge of texts by git's <c>merge-file</c>.</summary>
internal static class TextMerge
{
    /// <summary>The largest text that is merged, in bytes.</summary>
    internal const long LargestText = 16L << 20;

    // Beyond that many, merge-file says only so; 255 is that it failed.
    private const int MostOverlaps = 127;

    /// <summary>Merges three files, which stay as they are. Throws <c>not_supported</c> where there is no git.</summary>
    /// <param name="directory">Where they lie.</param>
    /// <param name="files">Their names.</param>
    /// <param name="labels">How the sides are called in marks.</param>
    /// <param name="cancellation">Ends it.</param>
    internal static async Task<MergedText> OfAsync(string directory, (string Ours, string Base, string Theirs) files, (string Ours, string Theirs) labels, CancellationToken cancellation)
    {
        var run = await GitCommand.RunAsync(
            directory, ["merge-file", "-p", "-L", labels.Ours, "-L", "base", "-L", labels.Theirs, "--", files.Ours, files.Base, files.Theirs], (int)(3 * LargestText), cancellation);
        if (run.ExitCode is >= 0 and <= MostOverlaps)
            return new MergedText(run.Output, run.ExitCode);
        if (run.Errors.Contains("binary", StringComparison.OrdinalIgnoreCase))
            return new MergedText(null, 0);
        throw new DriveException(ErrorCode.Failed, string.Create(CultureInfo.InvariantCulture, $"git merge-file ended with {run.ExitCode}: {run.Errors.Trim()}"), "Settle it by --ours, --theirs or --both.");
    }
}
