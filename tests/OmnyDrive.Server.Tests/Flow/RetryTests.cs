using OmnyDrive.Client.Retrying;
using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;
using static OmnyDrive.Server.Tests.Origins.PushOutcome;

namespace OmnyDrive.Server.Tests.Flow;

public sealed class RetryTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("/head", LinkFault.Drop)]
    [InlineData("/head", LinkFault.LoseAnswer)]
    [InlineData("/head", LinkFault.Answer503)]
    [InlineData("/trees", LinkFault.Drop)]
    [InlineData("/trees", LinkFault.LoseAnswer)]
    [InlineData("?expected=", LinkFault.Drop)]
    [InlineData("?expected=", LinkFault.LoseAnswer)]
    [InlineData("/commit", LinkFault.Drop)]
    [InlineData("/commit", LinkFault.LoseAnswer)]
    [InlineData("/commit", LinkFault.Answer503)]
    public async Task A_push_over_a_link_that_cuts_the_first_four_times_lands_once(string request, LinkFault fault)
    {
        await using var drive = await LinkedDrive.StartAsync(root => File.WriteAllText(Path.Combine(root, "a.txt"), "first"));
        var client = drive.Connect();
        drive.Link.FailFirst(4, request, fault);

        var draft = (await Draft.OfAsync(client)).File("a.txt", "mine");
        var result = await draft.PushAsync(client);

        Assert.Equal((true, draft.Target), Outcome(result));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(drive.Served.Root, "a.txt")));
        Assert.Equal(draft.Target, (await client.GetHeadAsync()).Ref);
        Assert.True(drive.Link.Count(request) >= 5, string.Join("\n", drive.Link.Requests));
    }

    [Fact]
    public async Task A_commit_that_landed_and_whose_answer_was_lost_is_not_done_again()
    {
        await using var drive = await LinkedDrive.StartAsync(root => File.WriteAllText(Path.Combine(root, "a.txt"), "first"));
        var client = drive.Connect();
        var draft = (await Draft.OfAsync(client)).File("a.txt", "mine");
        var id = await draft.StageAsync(client);
        var path = Path.Combine(drive.Served.Root, "a.txt");
        drive.Link.Fault = _ =>
        {
            // By now the first commit has landed, and somebody works on.
            if (drive.Link.Count("/commit") == 2)
                File.WriteAllText(path, "somebody else");
            return drive.Link.Count("/commit") == 1 ? LinkFault.LoseAnswer : LinkFault.None;
        };

        Assert.Equal((true, draft.Target), Outcome(await client.CommitPushAsync(id)));

        Assert.Equal("somebody else", File.ReadAllText(path));
        Assert.Equal(2, drive.Link.Count("/commit"));
    }

    [Fact]
    public async Task What_fails_every_time_is_given_up_after_five_attempts()
    {
        await using var drive = await LinkedDrive.StartAsync();
        var client = drive.Connect();
        drive.Link.Fault = _ => LinkFault.LoseAnswer;
        await UnreachableAsync(client.GetHeadAsync());
        Assert.Equal(5, drive.Link.Requests.Length);
        await UnreachableAsync(client.AbandonPushAsync(PushId.New()));
        Assert.Equal(10, drive.Link.Requests.Length);
    }

    [Fact]
    public async Task A_push_that_is_refused_is_refused_once()
    {
        await using var drive = await LinkedDrive.StartAsync();
        var client = drive.Connect();
        var draft = (await Draft.OfAsync(client)).File("a.txt", "mine");
        draft.From = SyncRef.OfTree(Hash256.Of("unknown"u8));

        Assert.Equal(ErrorCode.Conflict, (await Assert.ThrowsAsync<DriveException>(() => client.BeginPushAsync(draft.Intent(), draft.Trees()))).Code);
        Assert.Equal(ErrorCode.Invalid, (await Assert.ThrowsAsync<DriveException>(() => client.CommitPushAsync(PushId.New()))).Code);

        Assert.Equal((1, 1), (drive.Link.Count("?expected="), drive.Link.Count("/commit")));
    }

    [Fact]
    public async Task Trees_are_asked_for_again_only_while_none_has_been_given_out()
    {
        await using var drive = await LinkedDrive.StartAsync(root =>
        {
            Directory.CreateDirectory(Path.Combine(root, "many"));
            for (var i = 0; i < 1000; i++)
                File.WriteAllText(Path.Combine(root, "many", $"file{i}"), "");
        });
        var client = drive.Connect();
        var all = new[] { new TreeRequest(DrivePath.Root, (await client.GetHeadAsync()).Ref.Tree, WithDescendants: true) };
        drive.Link.FailFirst(1, "/trees", LinkFault.CutAnswer);
        var given = new List<DrivePath>();

        await UnreachableAsync(Task.Run(async () =>
        {
            await foreach (var tree in client.ReadTreesAsync(all))
                given.Add(tree.Path);
        }));

        Assert.Equal([DrivePath.Root], given);
        Assert.Equal(1, drive.Link.Count("/trees"));
        Assert.Equal(2, await client.ReadTreesAsync(all).CountAsync());
    }

    [Fact]
    public async Task A_server_that_is_not_there_at_the_first_request_is_reported_at_once()
    {
        await using var drive = await LinkedDrive.StartAsync();
        var client = drive.Connect(new TransferPatience { FirstPause = TimeSpan.FromHours(1), LongestPause = TimeSpan.FromHours(1), Total = TimeSpan.FromDays(1) });
        drive.Link.Refuse();
        await UnreachableAsync(client.GetHeadAsync().WaitAsync(AtOnce));
    }

    [Fact]
    public async Task A_server_that_goes_in_the_middle_of_a_command_is_waited_for()
    {
        await using var drive = await LinkedDrive.StartAsync();
        var client = drive.Connect();
        await client.GetHeadAsync();
        drive.Link.Refuse();
        drive.Link.Fault = _ => LinkFault.Drop;

        var head = await client.Retry.RunAsync(async (attempt, ended) =>
        {
            if (attempt.Number == 2)
            {
                drive.Link.Fault = _ => LinkFault.None;
                drive.Link.Start();
            }
            return await client.FetchAsync([LinkedDrive.Request("none", [])], ended).CountAsync(ended);
        }, CancellationToken.None);

        Assert.Equal(1, head);
    }

    [Fact]
    public async Task A_transfer_that_gets_further_each_time_is_never_given_up()
    {
        var contents = Enumerable.Range(0, 12).Select(i => LinkedDrive.Noise(30_000, i)).ToArray();
        await using var drive = await LinkedDrive.StartAsync(root =>
        {
            for (var i = 0; i < contents.Length; i++)
                File.WriteAllBytes(Path.Combine(root, $"f{i}"), contents[i]);
        }, pass: 50_000);
        var client = drive.Connect();
        await client.GetHeadAsync();
        drive.Link.Fault = _ => LinkFault.CutAnswer;
        var arrived = new List<byte[]>();

        var attempts = await TransientRetry.Of(client).RunAsync(async (attempt, ended) =>
        {
            var rest = Enumerable.Range(0, contents.Length).Skip(arrived.Count).Select(i => LinkedDrive.Request($"f{i}", contents[i])).ToArray();
            await foreach (var content in client.FetchAsync(rest, ended))
            {
                arrived.Add(await MemoryContent.ReadAllAsync(content));
                attempt.Progress();
            }
            return attempt.Number + 1;
        }, CancellationToken.None);

        Assert.Equal(contents, arrived);
        Assert.True(attempts > 5, $"{attempts} attempts");
    }

    [Fact]
    public async Task A_pause_between_attempts_ends_at_once_when_cancelled()
    {
        await using var drive = await LinkedDrive.StartAsync();
        var client = drive.Connect(new TransferPatience { FirstPause = TimeSpan.FromHours(1), LongestPause = TimeSpan.FromHours(1), Total = TimeSpan.FromDays(1) });
        drive.Link.Fault = _ => LinkFault.Drop;
        using var interrupt = new CancellationTokenSource();
        var head = client.GetHeadAsync(interrupt.Token);
        while (drive.Link.Requests.Length == 0)
            await Task.Yield();
        interrupt.CancelAfter(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => head.WaitAsync(AtOnce));
    }

    [Fact]
    public async Task An_origin_without_a_connection_is_asked_once()
    {
        var asked = 0;
        await Assert.ThrowsAsync<DriveException>(() => TransientRetry.Never.RunAsync((_, _) =>
        {
            asked++;
            throw new DriveException(ErrorCode.OriginUnreachable, "", inner: new EndOfStreamException());
        }, CancellationToken.None));
        Assert.Equal(1, asked);
    }

    private static async Task UnreachableAsync(Task call) => Assert.Equal(ErrorCode.OriginUnreachable, (await Assert.ThrowsAsync<DriveException>(() => call)).Code);
}
