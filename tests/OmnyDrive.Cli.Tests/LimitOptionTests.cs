using OmnyDrive.Cli.Commands;
using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests;

public sealed class LimitOptionTests : IDisposable
{
    private readonly TestPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("1048576", 1048576)]
    [InlineData("4K", 4096)]
    [InlineData("500K", 512_000)]
    [InlineData("500k/s", 512_000)]
    [InlineData("1.5M", 1_572_864)]
    [InlineData("10m", 10_485_760)]
    [InlineData("0.25G/s", 268_435_456)]
    [InlineData("1G", 1_073_741_824)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_rate_is_a_number_with_a_suffix_or_none(string text, long rate) => Assert.Equal(rate, LimitOption.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0M")]
    [InlineData("-1M")]
    [InlineData("+1M")]
    [InlineData(" 1M")]
    [InlineData("4095")]
    [InlineData("3.9K")]
    [InlineData("1.5")]
    [InlineData("5000.0")]
    [InlineData("1,5M")]
    [InlineData("1e6")]
    [InlineData("M")]
    [InlineData("/s")]
    [InlineData("1M/h")]
    [InlineData("1M/S")]
    [InlineData("1MB")]
    [InlineData("1Mbit")]
    [InlineData("1MM")]
    [InlineData("1T")]
    [InlineData("fast")]
    [InlineData("NaNK")]
    [InlineData("9223372036854775808")]
    [InlineData("8589934592G")]
    [InlineData("99999999999999999999999999999999G")]
    public void Anything_else_is_none(string text) => Assert.Null(LimitOption.Parse(text));

    [Theory]
    [InlineData("clone alpha/docs somewhere --limit 0")]
    [InlineData("sync --limit 10MB")]
    [InlineData("sync --limit -1M")]
    [InlineData("sync --limit=-1M")]
    public async Task A_wrong_rate_ends_with_64_and_an_example(string line)
    {
        var refused = (await _place.RunAsync(line.Split(' '))).Expect(64);

        Assert.Contains("such as 500K", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--help", refused.Error, StringComparison.Ordinal);
    }
}
