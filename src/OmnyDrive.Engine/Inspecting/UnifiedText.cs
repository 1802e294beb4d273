using System.Globalization;
using System.Text;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;

namespace OmnyDrive.Engine.Inspecting;

/// <summary>The difference of two texts in the unified form of <c>diff -u</c>, without its two heading lines. Line ends count; the lines are found by DiffPlex.</summary>
internal static class UnifiedText
{
    private const int Context = 3;

    /// <summary>The hunks, each with a heading; empty where the texts are equal. Every line ends with a line feed.</summary>
    internal static string Of(string before, string after)
    {
        var diff = Differ.Instance.CreateDiffs(before, after, ignoreWhiteSpace: false, ignoreCase: false, new LineEndingsPreservingChunker());
        var text = new StringBuilder();
        foreach (var hunk in Hunks(diff))
            Write(text, diff, hunk);
        return text.ToString();
    }

    // Blocks whose context touches are one hunk.
    private static IEnumerable<List<DiffBlock>> Hunks(DiffResult diff)
    {
        var hunk = new List<DiffBlock>();
        foreach (var block in diff.DiffBlocks)
        {
            if (hunk.Count > 0 && block.DeleteStartA - (hunk[^1].DeleteStartA + hunk[^1].DeleteCountA) > 2 * Context)
            {
                yield return hunk;
                hunk = [];
            }
            hunk.Add(block);
        }
        if (hunk.Count > 0)
            yield return hunk;
    }

    private static void Write(StringBuilder text, DiffResult diff, List<DiffBlock> hunk)
    {
        var (first, last) = (hunk[0], hunk[^1]);
        var start = Math.Max(0, first.DeleteStartA - Context);
        var end = Math.Min(diff.PiecesOld.Count, last.DeleteStartA + last.DeleteCountA + Context);
        var startNew = first.InsertStartB - (first.DeleteStartA - start);
        var endNew = last.InsertStartB + last.InsertCountB + (end - (last.DeleteStartA + last.DeleteCountA));
        text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(start, end)} +{Range(startNew, endNew)} @@\n");
        var at = start;
        foreach (var block in hunk)
        {
            Lines(text, ' ', diff.PiecesOld, at, block.DeleteStartA);
            Lines(text, '-', diff.PiecesOld, block.DeleteStartA, block.DeleteStartA + block.DeleteCountA);
            Lines(text, '+', diff.PiecesNew, block.InsertStartB, block.InsertStartB + block.InsertCountB);
            at = block.DeleteStartA + block.DeleteCountA;
        }
        Lines(text, ' ', diff.PiecesOld, at, end);
    }

    // An empty range is told by the line before it.
    private static string Range(int start, int end) => end - start == 1
        ? (start + 1).ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(end == start ? start : start + 1)},{end - start}");

    private static void Lines(StringBuilder text, char sign, IReadOnlyList<string> lines, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            text.Append(sign).Append(lines[i]);
            if (lines[i].EndsWith('\n'))
                continue;
            // A carriage return alone ends a line, too, and only the last line may end with nothing.
            text.Append(lines[i].EndsWith('\r') ? "\n" : "\n\\ No newline at end of file\n");
        }
    }
}
