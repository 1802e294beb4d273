using OmnyDrive.Client;
using OmnyDrive.Drives;
using OmnyDrive.Hubs;

namespace OmnyDrive.Engine.Tests;

public sealed class TicketCacheTests
{
    [Theory]
    [InlineData(300, 119, 121)]
    [InlineData(30, 14, 16)]
    [InlineData(-30, 119, 121)]
    public async Task A_ticket_is_kept_for_two_minutes_or_half_its_life(int lifetime, int kept, int renewed)
    {
        var clock = new Clock();
        var asked = 0;
        using var cache = new TicketCache((_, _) => Task.FromResult(Route($"ticket{++asked}", clock.GetUtcNow().AddSeconds(lifetime))), clock);
        await cache.GetAsync(DriveActions.Read, CancellationToken.None);

        clock.Seconds = kept;
        Assert.Equal("ticket1", await cache.GetAsync(DriveActions.Read, CancellationToken.None));
        clock.Seconds = renewed;
        Assert.Equal("ticket2", await cache.GetAsync(DriveActions.Read, CancellationToken.None));
    }

    private static DriveRoute Route(string ticket, DateTimeOffset ends) =>
        new(new Drive(DriveId.Parse("alpha/docs"), ProviderNames.Directory, AccessMode.ReadWrite, Capabilities.Read, null), "http://localhost:1", ticket, ends);

    private sealed class Clock : TimeProvider
    {
        internal int Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Seconds);
    }
}
