using OmnyDrive.History;
using Xunit;

namespace OmnyDrive.Core.Tests.History;

public sealed class RetentionPolicyTests
{
    private const long Mebi = 1 << 20;

    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", "new 1 5, old 31 5", "old")]
    [InlineData("an age of just 30 days is too old", "last 30 1", "last")]
    [InlineData("the first that does not fit goes, and smaller ones before it stay", "last 1 10, a 2 60, b 3 50, c 4 30", "b")]
    [InlineData("the last apply stays whatever its size, and takes the room of the others", "last 1 5000, a 2 1", "a")]
    [InlineData("the last sync displaced something, and what was tried since is newer", "tried 1 90, last 2 5000", "tried")]
    [InlineData("the last apply too old goes all the same", "last 40 5000", "last")]
    [InlineData("a clock that was set back removes nothing", "last -5 1, a -6 1", "")]
    public void Expires_what_is_too_old_or_too_much(string why, string areas, string expired)
    {
        var all = areas.Split(", ").Select(area => area.Split(' ')).Select(parts => new TrashedArea(parts[0], Now.AddDays(-int.Parse(parts[1])), long.Parse(parts[2]) * Mebi, parts[0] == "last"));
        var gone = RetentionPolicy.Default.Expired(all, driveBytes: 1000 * Mebi, Now).Select(area => area.Name);
        Assert.True(expired == string.Join(' ', gone), $"{why}: {string.Join(' ', gone)}");
    }

    [Fact]
    public void A_small_drive_keeps_64_MiB()
    {
        TrashedArea[] areas = [new("last", Now, 1, IsOfLast: true), new("fits", Now.AddHours(-1), 64 * Mebi - 1), new("more", Now.AddHours(-2), 1)];
        Assert.Equal(["more"], RetentionPolicy.Default.Expired(areas, driveBytes: 10, Now).Select(area => area.Name));
    }

    [Fact]
    public void No_size_overflows() => Assert.DoesNotContain(RetentionPolicy.Default.Expired([new("a", Now, long.MaxValue), new("b", Now, long.MaxValue, IsOfLast: true)], long.MaxValue, Now), area => area.IsOfLast);
}
