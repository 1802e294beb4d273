using OmnyDrive.Transfer;
using Xunit;

namespace OmnyDrive.Core.Tests.Transfer;

public class CompressionPolicyTests
{
    private const int Pack = CompressionPolicy.PackSize;

    [Theory]
    [InlineData(CompressionMode.Auto, null, false)]
    [InlineData(CompressionMode.Auto, 0, false)]
    [InlineData(CompressionMode.Auto, 2, false)]
    [InlineData(CompressionMode.Auto, 3, true)]
    [InlineData(CompressionMode.Auto, 500, true)]
    [InlineData(CompressionMode.Always, null, true)]
    [InlineData(CompressionMode.Always, 0, true)]
    [InlineData(CompressionMode.Never, null, false)]
    [InlineData(CompressionMode.Never, 500, false)]
    public void A_stream_begins_packed_where_the_other_side_is_far_away(CompressionMode mode, int? milliseconds, bool packed) =>
        Assert.Equal(packed, Policy(mode, milliseconds).Packs);

    // MB/s; the compressor makes 400 MB/s of text, and a third of its size.
    [Theory]
    [InlineData(0.1, 50, true, 3)]
    [InlineData(4, 50, true, 3)]
    [InlineData(6, 50, true, 1)]
    [InlineData(30, 50, true, 1)]
    [InlineData(100, 50, false, 1)]
    [InlineData(2000, 50, false, 1)]
    [InlineData(0.1, 0, true, 3)]
    [InlineData(10, 0, true, 1)]
    [InlineData(14, 0, false, 1)]
    [InlineData(40, 0, false, 1)]
    [InlineData(2000, 0, false, 1)]
    [InlineData(30, null, true, 1)]
    [InlineData(60, null, false, 1)]
    public void A_long_stream_is_packed_where_the_link_is_slower_than_packing(double link, int? milliseconds, bool packed, int level)
    {
        var policy = Policy(CompressionMode.Auto, milliseconds);
        Send(policy, link * 1e6, 64 << 20, ratio: 1 / 3.0, compressor: 400e6);
        Assert.Equal((packed, level), (policy.Packs, policy.Level));
    }

    [Theory]
    [InlineData(40, 0.9, 100, false)]
    [InlineData(40, 0.5, 40, false)]
    [InlineData(8, 0.9, 100, true)]
    public void A_link_that_outruns_a_poor_compressor_gets_plain_bytes(double link, double ratio, double compressor, bool packed)
    {
        var policy = Policy(CompressionMode.Auto, 50);
        Send(policy, link * 1e6, 24 << 20, ratio, compressor * 1e6);
        Assert.Equal(packed, policy.Packs);
    }

    [Fact]
    public void What_buffers_take_at_once_does_not_make_a_far_link_fast()
    {
        var policy = Policy(CompressionMode.Auto, 50);
        policy.Sent(7 << 20, TimeSpan.Zero);
        Assert.True(policy.Packs);
        policy.Sent(2 << 20, TimeSpan.Zero);
        Assert.False(policy.Packs);
    }

    [Fact]
    public void A_link_that_stalls_is_packed_although_its_buffers_took_much_at_once()
    {
        var policy = Policy(CompressionMode.Auto, null);
        policy.Sent(4 << 20, TimeSpan.Zero);
        policy.Sent(1 << 20, TimeSpan.FromMilliseconds(200));
        Assert.True(policy.Packs);
    }

    [Fact]
    public void A_link_near_the_bound_does_not_change_at_every_look()
    {
        var policy = Policy(CompressionMode.Auto, 50);
        for (var look = 0; look < 20; look++)
        {
            policy.Sent(8 << 20, TimeSpan.FromSeconds((8 << 20) / (look % 2 == 0 ? 45e6 : 55e6)));
            Assert.True(policy.Packs);
        }
    }

    [Fact]
    public void What_does_not_shrink_is_tried_ever_more_rarely_but_at_least_every_two_megabytes()
    {
        var policy = Policy(CompressionMode.Auto, 50);
        var pauses = Enumerable.Range(0, 6).Select(_ => Pause(policy)).ToList();
        Assert.Equal([Pack, 3 * Pack, 7 * Pack, 7 * Pack, 7 * Pack, 7 * Pack], pauses);
        Assert.True(8 * Pack <= 2 << 20);
    }

    [Fact]
    public void What_shrinks_again_ends_the_pauses()
    {
        var policy = Policy(CompressionMode.Auto, 50);
        Pause(policy);
        Pause(policy);
        policy.Packed(Pack, Pack / 2, TimeSpan.FromMilliseconds(1));
        Assert.True(policy.Packs);
        Assert.Equal(Pack, Pause(policy));
    }

    [Fact]
    public void Always_tries_everything()
    {
        var policy = Policy(CompressionMode.Always, null);
        policy.Packed(Pack, Pack + 20, TimeSpan.FromMilliseconds(1));
        Assert.True(policy.Packs);
        Send(policy, 2e9, 64 << 20, 0.5, 100e6);
        Assert.True(policy.Packs);
    }

    [Fact]
    public void Content_that_does_not_shrink_does_not_speak_against_text_that_follows()
    {
        var policy = Policy(CompressionMode.Auto, 50);
        Send(policy, 5e6, 32 << 20, ratio: 1, compressor: 1e9);
        Send(policy, 5e6, 2 << 20, ratio: 0.3, compressor: 300e6);
        Assert.True(policy.Packs);
    }

    [Theory]
    [InlineData(1600, 1500, true)]
    [InlineData(1600, 1501, false)]
    [InlineData(1600, 1700, false)]
    public void A_pack_must_be_a_sixteenth_smaller(int raw, int packed, bool shrank) => Assert.Equal(shrank, CompressionPolicy.Shrank(raw, packed));

    private static CompressionPolicy Policy(CompressionMode mode, int? milliseconds) =>
        new(new CompressionWish(mode, milliseconds is { } value ? TimeSpan.FromMilliseconds(value) : null));

    // A link that takes 4 MiB at once into its buffers and lets them out at its speed.
    private static void Send(CompressionPolicy policy, double link, long raw, double ratio, double compressor)
    {
        const double buffer = 4 << 20;
        var queued = 0.0;
        for (var sent = 0L; sent < raw; sent += Pack)
        {
            var bytes = Pack;
            if (policy.Packs)
            {
                bytes = (int)(Pack * ratio);
                policy.Packed(Pack, bytes, TimeSpan.FromSeconds(Pack / compressor));
                queued = Math.Max(0, queued - Pack / compressor * link);
            }
            queued += bytes;
            var waited = Math.Max(0, queued - buffer) / link;
            queued = Math.Min(queued, buffer);
            policy.Sent(bytes, TimeSpan.FromSeconds(waited));
        }
    }

    // A pack that does not shrink goes out plain itself; how much follows before the next is tried.
    private static long Pause(CompressionPolicy policy)
    {
        Assert.True(policy.Packs);
        policy.Packed(Pack, Pack + 20, TimeSpan.FromMilliseconds(0.25));
        policy.Sent(Pack, TimeSpan.Zero);
        var passed = 0L;
        for (; !policy.Packs; passed += Pack)
            policy.Sent(Pack, TimeSpan.FromMilliseconds(50));
        return passed;
    }
}
