using CsCheck;
using OmnyDrive.Client.Flow;
using Xunit;

namespace OmnyDrive.Server.Tests.Flow;

public sealed class TokenBucketTests
{
    private static readonly Gen<(long Rate, int Seed)> Runs = Gen.Select(Gen.Double[12, 31], Gen.Int).Select(run => ((long)Math.Pow(2, run.Item1), run.Item2));

    [Fact]
    public void No_second_carries_more_than_a_tenth_above_the_limit() => Runs.Sample(run =>
    {
        var moved = Moved(run.Rate, new Random(run.Seed), pauses: true);
        var first = 0;
        double inWindow = 0;
        for (var last = 0; last < moved.Count; last++)
        {
            inWindow += moved[last].Bytes;
            for (; moved[last].At - moved[first].At >= TimeSpan.FromSeconds(1); first++)
                inWindow -= moved[first].Bytes;
            Assert.True(inWindow <= run.Rate * 1.1, $"{inWindow} bytes in a second at {run.Rate}");
        }
    }, iter: 200);

    [Fact]
    public void The_limit_is_used_also_where_each_wait_takes_longer_than_it_should() => Runs.Sample(run =>
    {
        var moved = Moved(run.Rate, new Random(run.Seed), pauses: false);
        Assert.InRange(moved.Sum(one => (double)one.Bytes) / moved[^1].At.TotalSeconds, run.Rate * 0.97, run.Rate * 1.05);
    }, iter: 200);

    [Fact]
    public void A_wait_is_never_shorter_than_a_few_milliseconds()
    {
        var bucket = new TokenBucket(100 << 20);
        var waits = Enumerable.Range(0, 1000).Select(_ => bucket.Take(bucket.Piece, TimeSpan.Zero)).ToList();
        Assert.All(waits, wait => Assert.True(wait == TimeSpan.Zero || wait >= TimeSpan.FromMilliseconds(4)));
        Assert.Equal(1000.0 * bucket.Piece / (100 << 20), (waits[^1] + TokenBucket.Burst).TotalSeconds, tolerance: 0.001);
    }

    [Fact]
    public void Those_who_share_a_limit_go_in_the_order_they_came()
    {
        var bucket = new TokenBucket(10_000);
        bucket.Take(400, TimeSpan.FromHours(1));
        Assert.Equal([0.05, 0.1, 0.15], Enumerable.Range(0, 3).Select(_ => Math.Round(bucket.Take(500, TimeSpan.FromHours(1)).TotalSeconds, 6)));
    }

    [Theory]
    [InlineData(4096, 204)]
    [InlineData(1 << 20, 52_428)]
    [InlineData(100 << 20, 256 << 10)]
    [InlineData(long.MaxValue, 256 << 10)]
    public void Pieces_are_small_where_the_limit_is_low(long rate, int piece) => Assert.Equal(piece, new TokenBucket(rate).Piece);

    // Ten seconds of two streams that share a limit, on a machine whose timers are late by up to 15 milliseconds.
    private static List<(TimeSpan At, int Bytes)> Moved(long rate, Random random, bool pauses)
    {
        var bucket = new TokenBucket(rate);
        var moved = new List<(TimeSpan At, int Bytes)>();
        TimeSpan[] streams = [TimeSpan.Zero, TimeSpan.Zero];
        while (true)
        {
            var next = streams[0] <= streams[1] ? 0 : 1;
            var now = streams[next];
            if (now > TimeSpan.FromSeconds(10) || moved.Count > 50_000)
                return [.. moved.OrderBy(one => one.At)];
            var bytes = random.Next(1, bucket.Piece + 1);
            var wait = bucket.Take(bytes, now);
            now += wait + (wait > TimeSpan.Zero ? TimeSpan.FromMilliseconds(random.NextDouble() * 15) : TimeSpan.Zero);
            moved.Add((now, bytes));
            streams[next] = now + (pauses && random.Next(50) == 0 ? TimeSpan.FromMilliseconds(random.Next(300)) : TimeSpan.FromTicks(1));
        }
    }
}
