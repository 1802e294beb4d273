using System.Diagnostics;
using OmnyDrive.Testing;
using OmnyDrive.Origins;
using Xunit;
using static OmnyDrive.Server.Tests.Origins.PushOutcome;

namespace OmnyDrive.Server.Tests.Flow;

public sealed class LimitTests
{
    private const int Size = 1 << 20;
    private const long Rate = 2 << 20;

    private readonly byte[] _content = LinkedDrive.Noise(Size);

    [Fact]
    public async Task What_is_fetched_takes_as_long_as_the_limit_says_over_all_streams_together()
    {
        await using var drive = await StartAsync();
        var client = drive.Connect(limit: Rate);
        await client.GetHeadAsync();

        var watch = Stopwatch.StartNew();
        var fetched = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => LinkedDrive.FetchAsync(client, default, LinkedDrive.Request("file", _content))));

        Assert.InRange(watch.Elapsed.TotalSeconds, 0.93, 3);
        Assert.All(fetched, bytes => Assert.Equal(_content, bytes));
    }

    [Fact]
    public async Task What_is_sent_takes_as_long_as_the_limit_says_over_all_streams_together()
    {
        await using var drive = await StartAsync();
        var client = drive.Connect(limit: Rate);
        var draft = (await Draft.OfAsync(client)).File("one", LinkedDrive.Noise(Size, 2)).File("two", LinkedDrive.Noise(Size, 3));
        var intent = draft.Intent();
        var needs = await client.BeginPushAsync(intent, draft.Trees());

        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(i => client.StageAsync(intent.Id, MemoryContent.Stream(draft.Content(needs, i)))));

        Assert.InRange(watch.Elapsed.TotalSeconds, 0.93, 3);
        Assert.Equal((true, draft.Target), Outcome(await client.CommitPushAsync(intent.Id)));
    }

    [Fact]
    public async Task A_high_limit_does_not_stand_in_the_way()
    {
        await using var drive = await StartAsync();
        var client = drive.Connect(limit: 200 << 20);
        await client.GetHeadAsync();

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 10; i++)
            await LinkedDrive.FetchAsync(client, default, LinkedDrive.Request("file", _content));

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4095)]
    public void A_limit_that_servers_take_for_a_dead_connection_is_refused(long rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransferOptions { BytesPerSecond = rate });

    private Task<LinkedDrive> StartAsync() => LinkedDrive.StartAsync(root => File.WriteAllBytes(Path.Combine(root, "file"), _content));
}
