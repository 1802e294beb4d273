using OmnyDrive.Client.Retrying;
using OmnyDrive.Errors;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Flow;

public sealed class StallTests
{
    private const int Large = 300_000;

    private static readonly TransferPatience Short = new() { Stall = TimeSpan.FromSeconds(1.2), Attempts = 1 };
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    private readonly byte[] _large = LinkedDrive.Noise(Large);

    [Fact]
    public async Task An_answer_on_which_nothing_moves_ends_as_a_server_that_cannot_be_reached()
    {
        await using var drive = await StartAsync();
        var client = drive.Connect(Short);
        drive.Link.FailFirst(1, "/contents", LinkFault.HoldAnswer);

        var stalled = await Assert.ThrowsAsync<DriveException>(() => LinkedDrive.FetchAsync(client, default, LinkedDrive.Request("large", _large)));

        Assert.Equal(ErrorCode.OriginUnreachable, stalled.Code);
        Assert.EndsWith("nothing arrived for 1.2 seconds", stalled.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_nobody_takes_ends_as_a_server_that_cannot_be_reached()
    {
        await using var drive = await StartAsync();
        var client = drive.Connect(Short);
        var draft = (await Draft.OfAsync(client)).File("new", LinkedDrive.Noise(32 << 20));
        drive.Link.FailFirst(1, "/contents", LinkFault.HoldRequest);

        var stalled = await Assert.ThrowsAsync<DriveException>(() => draft.StageAsync(client));

        Assert.Equal(ErrorCode.OriginUnreachable, stalled.Code);
        Assert.EndsWith("nothing could be sent for 1.2 seconds", stalled.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LinkFault.SlowAnswer)]
    [InlineData(LinkFault.LateAnswer)]
    public async Task A_link_that_is_slow_and_a_server_that_computes_are_not_stalled(LinkFault fault)
    {
        await using var drive = await StartAsync();
        var client = drive.Connect(Short);
        await client.GetHeadAsync();
        drive.Link.FailFirst(1, "/contents", fault);
        var begun = TimeProvider.System.GetTimestamp();

        Assert.Equal(_large, await LinkedDrive.FetchAsync(client, default, LinkedDrive.Request("large", _large)));

        Assert.True(TimeProvider.System.GetElapsedTime(begun) > Short.Stall);
    }

    [Theory]
    [InlineData(LinkFault.HoldAnswer, null)]
    [InlineData(LinkFault.None, 4096L)]
    public async Task A_fetch_that_stalls_or_is_limited_ends_at_once_when_cancelled(LinkFault fault, long? limit)
    {
        await using var drive = await StartAsync();
        var client = drive.Connect(limit: limit);
        await client.GetHeadAsync();
        drive.Link.FailFirst(1, "/contents", fault);
        using var interrupt = new CancellationTokenSource();

        var fetched = LinkedDrive.FetchAsync(client, interrupt.Token, LinkedDrive.Request("large", _large));
        await BegunAsync(drive, "/contents");
        interrupt.CancelAfter(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetched.WaitAsync(AtOnce));
    }

    [Theory]
    [InlineData(LinkFault.HoldRequest, null)]
    [InlineData(LinkFault.None, 4096L)]
    public async Task A_push_that_stalls_or_is_limited_ends_at_once_when_cancelled(LinkFault fault, long? limit)
    {
        await using var drive = await StartAsync();
        var client = drive.Connect(limit: limit);
        var draft = (await Draft.OfAsync(client)).File("new", LinkedDrive.Noise(32 << 20));
        var intent = draft.Intent();
        var needs = await client.BeginPushAsync(intent, draft.Trees());
        drive.Link.FailFirst(1, "/contents", fault);
        using var interrupt = new CancellationTokenSource();

        var staged = client.StageAsync(intent.Id, draft.Contents(needs), interrupt.Token);
        await BegunAsync(drive, "/contents");
        interrupt.CancelAfter(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => staged.WaitAsync(AtOnce));
    }

    private Task<LinkedDrive> StartAsync() => LinkedDrive.StartAsync(root => File.WriteAllBytes(Path.Combine(root, "large"), _large));

    private static async Task BegunAsync(LinkedDrive drive, string request)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (drive.Link.Count(request) == 0)
        {
            Assert.True(DateTime.UtcNow < deadline, "the request never came");
            await Task.Delay(1);
        }
    }
}
