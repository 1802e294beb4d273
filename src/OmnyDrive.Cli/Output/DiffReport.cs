using System.Text;
using OmnyDrive.Engine;
using OmnyDrive.Reconciling;

namespace OmnyDrive.Cli.Output;

/// <summary>One path's difference for a person: the heading of a unified diff and its text, or one line where there is no text.</summary>
internal static class DiffReport
{
    private const string Red = "\e[31m", Green = "\e[32m", Cyan = "\e[36m", Bold = "\e[1m", Plain = "\e[0m";

    public static string Of(PathDiff diff, DiffOf which, bool color)
    {
        var (change, path) = (diff.Change, Printable.Of(diff.Change.Path.ToString()));
        var (before, after) = which switch { DiffOf.Local => ("base", "mount"), DiffOf.Origin => ("base", "origin"), _ => ("mount", "origin") };
        if (diff.Text is null)
            return Painted($"{Word(change)} {path}{(diff.Reason is null ? What(change) : $": {diff.Reason}")}\n", Bold, color);
        var text = new StringBuilder();
        text.Append(Painted($"--- {(change.From is null ? "/dev/null" : $"{before}/{path}")}\n", Bold, color));
        text.Append(Painted($"+++ {(change.To is null ? "/dev/null" : $"{after}/{path}")}\n", Bold, color));
        foreach (var line in diff.Text.Split('\n')[..^1])
            text.Append(Painted(Shown(line) + "\n", line.StartsWith('+') ? Green : line.StartsWith('-') ? Red : line.StartsWith("@@", StringComparison.Ordinal) ? Cyan : "", color));
        return text.ToString();
    }

    // A terminal does not obey what a file says; tabs and the end of a line with CR stay.
    private static string Shown(string line) => string.Join('\t', line.TrimEnd('\r').Split('\t').Select(Printable.Of)) + (line.EndsWith('\r') ? "\r" : "");

    private static string Painted(string text, string how, bool color) => color && how.Length > 0 ? how + text.TrimEnd('\n') + Plain + "\n" : text;

    private static string Word(Change change) => change.Kind switch
    {
        ChangeKind.Add => "added",
        ChangeKind.Delete => "deleted",
        ChangeKind.Type => "replaced",
        _ => "changed",
    };

    private static string What(Change change) => (change.To ?? change.From)! switch
    {
        { IsDirectory: true } => " (directory)",
        { Kind: Snapshots.EntryKind.Symlink } => change.To is { Target.Length: > 0 } to ? $" (link to {Printable.Of(to.Target)})" : " (link)",
        _ => "",
    };
}
