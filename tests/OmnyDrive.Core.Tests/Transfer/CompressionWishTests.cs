using CsCheck;
using OmnyDrive.Errors;
using OmnyDrive.Transfer;
using Xunit;

namespace OmnyDrive.Core.Tests.Transfer;

public class CompressionWishTests
{
    [Fact]
    public void Never_is_said_by_saying_nothing()
    {
        Assert.Null(new CompressionWish(CompressionMode.Never, TimeSpan.FromSeconds(1)).ToText());
        Assert.Equal(new CompressionWish(CompressionMode.Never), CompressionWish.Parse(null));
    }

    [Theory]
    [InlineData("auto", CompressionMode.Auto, null)]
    [InlineData("auto; rtt=0", CompressionMode.Auto, 0)]
    [InlineData("auto; rtt=51", CompressionMode.Auto, 51)]
    [InlineData("auto; rtt=60000", CompressionMode.Auto, 60_000)]
    [InlineData("always", CompressionMode.Always, null)]
    public void A_wish_reads_as_it_is_written(string text, CompressionMode mode, int? milliseconds)
    {
        var wish = new CompressionWish(mode, milliseconds is { } value ? TimeSpan.FromMilliseconds(value) : null);
        Assert.Equal(text, wish.ToText());
        Assert.Equal(wish, CompressionWish.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("never")]
    [InlineData("Always")]
    [InlineData("always; rtt=1")]
    [InlineData("auto;rtt=1")]
    [InlineData("auto; rtt=")]
    [InlineData("auto; rtt=-1")]
    [InlineData("auto; rtt=+1")]
    [InlineData("auto; rtt=01")]
    [InlineData("auto; rtt=1 ")]
    [InlineData("auto; rtt=1.5")]
    [InlineData("auto; rtt=60001")]
    [InlineData("auto; rtt=99999999999999999999")]
    [InlineData("auto; rtt=1; level=9")]
    public void Anything_else_breaks_the_protocol(string text) =>
        Assert.Equal(ErrorCode.Protocol, Assert.Throws<DriveException>(() => CompressionWish.Parse(text)).Code);

    [Fact]
    public void Any_round_trip_can_be_told() => Gen.TimeSpan.Sample(time =>
        Assert.InRange(CompressionWish.Parse(new CompressionWish(CompressionMode.Auto, time).ToText()).RoundTrip!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
}
