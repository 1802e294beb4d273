using System.CommandLine;
using OmnyDrive.History;

namespace OmnyDrive.Cli.Commands;

/// <summary>How long what syncs displace is kept: <c>--keep-days</c> and <c>--keep-percent</c>.</summary>
internal sealed class KeepOptionGroup
{
    private const int MostDays = 36_500;

    private readonly Option<int?> _days = Number("--keep-days", "DAYS", "Keep what syncs displace for so many days", (int)RetentionPolicy.Default.Age.TotalDays, 1, MostDays);
    private readonly Option<int?> _percent = Number("--keep-percent", "PERCENT", "… and no more of it than that share of the drive's size", RetentionPolicy.Default.Percent, 0, 1000);

    public void AddTo(Command command)
    {
        command.Add(_days);
        command.Add(_percent);
    }

    /// <summary>What was given, with the default for the other; null where nothing was.</summary>
    public RetentionPolicy? Read(ParseResult parsed)
    {
        var (days, percent) = (parsed.GetValue(_days), parsed.GetValue(_percent));
        return days is null && percent is null
            ? null
            : new RetentionPolicy(days is { } some ? TimeSpan.FromDays(some) : RetentionPolicy.Default.Age, percent ?? RetentionPolicy.Default.Percent);
    }

    private static Option<int?> Number(string name, string what, string description, int usual, int least, int most) => new(name)
    {
        Description = $"{description} (default: {usual})",
        HelpName = what,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                return number;
            result.AddError($"{name} takes a whole number from {least} to {most}, not \"{text}\".");
            return null;
        },
    };
}
