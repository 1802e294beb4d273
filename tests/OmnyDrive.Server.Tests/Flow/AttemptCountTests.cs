using OmnyDrive.Client.Retrying;
using Xunit;

namespace OmnyDrive.Server.Tests.Flow;

public sealed class AttemptCountTests
{
    [Fact]
    public void Pauses_double_up_to_the_longest_and_the_fifth_failure_is_the_last()
    {
        Assert.Equal([0.2, 0.4, 0.8, 1.6, null], Failures(new TransferPatience(), 5));
        Assert.Equal([0.2, 0.4, 0.8, 1.6, 3.2, 5, 5], Failures(new TransferPatience { Attempts = 100 }, 7));
        Assert.Equal([null], Failures(new TransferPatience { Attempts = 1 }, 1));
    }

    [Fact]
    public void Jitter_takes_up_to_a_half_of_a_pause()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(100), new AttemptCount(new TransferPatience()).Failed(TimeSpan.Zero, progressed: false, jitter: 1));
        Assert.Equal(TimeSpan.FromMilliseconds(150), new AttemptCount(new TransferPatience()).Failed(TimeSpan.Zero, progressed: false, jitter: 0.5));
    }

    [Fact]
    public void Progress_forgives_what_failed_before()
    {
        var count = new AttemptCount(new TransferPatience());
        for (var i = 0; i < 100; i++)
        {
            var now = TimeSpan.FromMinutes(i);
            Assert.Equal(TimeSpan.FromSeconds(0.2), count.Failed(now, progressed: true, jitter: 0));
            Assert.Equal(TimeSpan.FromSeconds(0.4), count.Failed(now, progressed: false, jitter: 0));
        }
    }

    [Fact]
    public void No_attempt_begins_more_than_a_minute_after_the_first_failure()
    {
        var count = new AttemptCount(new TransferPatience());
        Assert.NotNull(count.Failed(TimeSpan.FromMinutes(20), progressed: false, jitter: 0));
        Assert.NotNull(count.Failed(TimeSpan.FromMinutes(20) + TimeSpan.FromSeconds(59), progressed: false, jitter: 0));
        Assert.Null(count.Failed(TimeSpan.FromMinutes(20) + TimeSpan.FromSeconds(59.5), progressed: false, jitter: 0));
    }

    private static IEnumerable<double?> Failures(TransferPatience patience, int failures)
    {
        var count = new AttemptCount(patience);
        return Enumerable.Range(0, failures).Select(_ => count.Failed(TimeSpan.Zero, progressed: false, jitter: 0)?.TotalSeconds);
    }
}
