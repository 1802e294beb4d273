using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli;

/// <summary>Says what is wrong with a command line, and what was probably meant.</summary>
internal static class UsageError
{
    private const int CloseEnough = 2;

    public static DriveException NoCommand() => Make("Say what to do: a command is missing.", "See: omnydrive --help; to see it work: omnydrive demo");

    public static DriveException Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if ((command is RootCommand || (command.Action is null && command.Subcommands.Count > 0)) && parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is { } word)
            return UnknownCommand(word, command);
        // What an option took for its value is no option, and the option says best what is wrong with it.
        var ofOption = parsed.Errors.Any(error => error.SymbolResult is OptionResult { Tokens.Count: > 0 });
        if (!ofOption && UnknownOption(parsed) is { } option)
            return Make($"There is no option \"{option}\" here.", $"See: {CallOf(command)} --help; an argument that begins with a dash goes behind --");
        var message = string.Join(" ", parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal));
        return Make(message, $"See: {CallOf(command)} --help");
    }

    /// <summary>Whether an option is misspelled. The parser's library would take it for an argument.</summary>
    public static bool HasUnknownOption(ParseResult parsed) => parsed.Action is not HelpAction && UnknownOption(parsed) is not null;

    private static string? UnknownOption(ParseResult parsed) => parsed.Tokens
        .TakeWhile(token => token.Type != TokenType.DoubleDash)
        .FirstOrDefault(token => token.Type == TokenType.Argument && token.Value.Length > 1 && token.Value.StartsWith('-'))?.Value;

    private static DriveException UnknownCommand(string word, Command root)
    {
        var nearest = root.Subcommands
            .Select(command => (command.Name, Distance: Distance(word, command.Name)))
            .Where(candidate => candidate.Distance <= CloseEnough || candidate.Name.StartsWith(word, StringComparison.Ordinal))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
        return Make($"There is no command \"{word}\".", nearest is null ? $"See: {CallOf(root)} --help" : $"Did you mean: {CallOf(root)} {nearest}; see: {CallOf(root)} --help");
    }

    private static DriveException Make(string message, string hint) => new(ErrorCode.Usage, message, hint);

    private static string CallOf(Command command) => command is RootCommand ? "omnydrive" : $"{command.Parents.OfType<Command>().Select(CallOf).FirstOrDefault() ?? "omnydrive"} {command.Name}";

    // Levenshtein: insertions, deletions and replacements between two words.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
