using System.Text;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Server.Tests.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Content;

/// <summary>A content server, and requests to it as no client of ours sends them.</summary>
public abstract class ServedContentTests : IAsyncLifetime
{
    private protected const string Docs = "/v1/content/alpha/docs";
    private protected const string Push = "0123456789abcdef0123456789abcdef";

    private protected FarDrive Served { get; } = new();

    private protected RawHttp Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Served.StartAsync();
        Directory.CreateDirectory(Path.Combine(Served.Root, "dir"));
        await File.WriteAllTextAsync(Path.Combine(Served.Root, "a.txt"), "first");
        await File.WriteAllTextAsync(Path.Combine(Served.Root, "dir", "b.txt"), "second");
        await Served.PublishAsync();
        Http = new RawHttp(Served.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await Served.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    private protected static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"never: {what}");
            await Task.Delay(2);
        }
    }

    private protected static byte[] Hash(string content)
    {
        var bytes = new byte[32];
        ContentHash.Of(Encoding.UTF8.GetBytes(content)).Value.CopyTo(bytes);
        return bytes;
    }

    private protected static async Task RefusedAsync(int status, string code, Task<RawAnswer> sent)
    {
        var answer = await sent;
        Assert.True(answer.Status == status && answer.Code == code, $"expected {status} {code}: {answer}");
    }

    private protected async Task<string> TicketAsync(DriveActions actions) => (await Served.RouteAsync(actions)).Ticket;

    private protected async Task<RawAnswer> ContentsAsync(byte[] body) => await Http.SendAsync("POST", $"{Docs}/contents", await TicketAsync(DriveActions.Read), body);

    private protected async Task<RawAnswer> BeginAsync(Draft draft, byte[] body, string? target = null) =>
        await Http.SendAsync("POST", $"{Docs}/pushes/{Push}?expected={draft.From}&target={target ?? draft.Target.ToString()}", await TicketAsync(DriveActions.Write), body);

    private protected async Task<RawAnswer> OfferAsync(byte[] body) => await Http.SendAsync("PUT", $"{Docs}/pushes/{Push}/chunks", await TicketAsync(DriveActions.Write), body);

    private protected async Task BeginMineAsync()
    {
        var origin = await Served.ConnectAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        await origin.BeginPushAsync(draft.Intent(PushId.Parse(Push)), draft.Trees());
    }

    private protected async Task<RawAnswer> StageAsync(byte[] body) => await Http.SendAsync("PUT", $"{Docs}/pushes/{Push}/contents", await TicketAsync(DriveActions.Write), body);

    private protected string StagingDirectory => Path.Combine(Served.Root, ".omnydrive", "staging");

    private protected string[] StagedFiles() => Directory.Exists(StagingDirectory) ? Directory.GetFiles(StagingDirectory, "*", SearchOption.AllDirectories) : [];

    private protected int StagingDirectories() => Directory.Exists(StagingDirectory) ? Directory.GetDirectories(StagingDirectory).Length : 0;

    private protected void AssertNothingStaged(int but = 0)
    {
        Assert.Empty(StagedFiles());
        Assert.Equal(but, StagingDirectories());
    }
}
