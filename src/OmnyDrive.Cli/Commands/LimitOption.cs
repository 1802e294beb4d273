using System.CommandLine;
using System.Globalization;
using OmnyDrive.Origins;

namespace OmnyDrive.Cli.Commands;

/// <summary><c>--limit RATE</c>: how many bytes a second go over the wire.</summary>
internal sealed class LimitOption
{
    private readonly Option<long?> _option = new("--limit")
    {
        Description = "Transfer at most so many bytes a second, each way: 500K, 1.5M, 1G (K is 1024 bytes)",
        HelpName = "RATE",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Parse(text) is { } rate)
                return rate;
            result.AddError($"--limit takes bytes a second, such as 500K, 1.5M or 1G, and at least {TransferOptions.SlowestLimit / 1024}K, not \"{text}\".");
            return null;
        },
    };

    public void AddTo(Command command) => command.Add(_option);

    /// <summary>The options of a transfer with the limit that was given, if any.</summary>
    public TransferOptions Read(ParseResult parsed) => TransferOptions.Default with { BytesPerSecond = parsed.GetValue(_option) };

    /// <summary>A number, which may have a fraction where K, M or G (powers of 1024, in either case) follow, then <c>/s</c> or not; null for anything else.</summary>
    internal static long? Parse(string text)
    {
        var number = text.EndsWith("/s", StringComparison.Ordinal) ? text.AsSpan(..^2) : text;
        var unit = number.IsEmpty ? 1 : UnitOf(number[^1]);
        if (unit > 1)
            number = number[..^1];
        var style = unit > 1 ? NumberStyles.AllowDecimalPoint : NumberStyles.None;
        return decimal.TryParse(number, style, CultureInfo.InvariantCulture, out var value) && value <= long.MaxValue / unit && value * unit >= TransferOptions.SlowestLimit
            ? (long)(value * unit)
            : null;
    }

    private static long UnitOf(char suffix) => suffix switch
    {
        'K' or 'k' => 1L << 10,
        'M' or 'm' => 1L << 20,
        'G' or 'g' => 1L << 30,
        _ => 1,
    };
}
