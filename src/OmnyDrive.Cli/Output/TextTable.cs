namespace OmnyDrive.Cli.Output;

/// <summary>Lines up columns for a person.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    /// <summary>The lines of a table; the first row is its heading. Cells are made printable, so that they cannot break the columns.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows)
    {
        var cells = rows.Select(row => row.Select(Printable.Of).ToArray()).ToList();
        var widths = Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length)).ToArray();
        return cells.Select(row => string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
