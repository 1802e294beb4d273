using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OmnyDrive.Hubs;
using Xunit;
using static OmnyDrive.Testing.GitTool;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>A push to a content server as the client makes it that has seen the origin already: it says where a branch was then, and what it is to become.</summary>
internal static class RawPush
{
    /// <summary>The body of such a push, with a pack of all that a repository has; see gitprotocol-pack(5).</summary>
    internal static byte[] Body(GitSides sides, string repository, string branch, string from, string to)
    {
        var command = $"{from} {to} refs/heads/{branch}\0 report-status";
        var at = sides.Scratch.Directory(Guid.NewGuid().ToString("N"));
        Run(repository, "pack-objects", "--quiet", "--all", Path.Combine(at, "all"));
        return [.. Encoding.ASCII.GetBytes((command.Length + 4).ToString("x4", CultureInfo.InvariantCulture) + command + "0000"), .. File.ReadAllBytes(Directory.GetFiles(at, "*.pack").Single())];
    }

    /// <summary>Makes it; what the server says of it.</summary>
    internal static async Task<string> SendAsync(GitSides sides, byte[] body)
    {
        using var http = new HttpClient();
        using var request = await RequestAsync(sides, new ByteArrayContent(body));
        using var response = await http.SendAsync(request);
        return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsStringAsync() : $"{response.StatusCode}";
    }

    /// <summary>Begins one, sends this much of it without saying that this is all, and goes.</summary>
    internal static async Task LeaveAsync(GitSides sides, byte[] part, TimeSpan untilSent)
    {
        using var http = new HttpClient();
        using var leaving = new CancellationTokenSource();
        using var request = await RequestAsync(sides, new UnendingContent(part, leaving.Token));
        request.Headers.TransferEncodingChunked = true;
        var sending = http.SendAsync(request, leaving.Token);
        await Task.Delay(untilSent, CancellationToken.None);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
    }

    private sealed class UnendingContent(byte[] part, CancellationToken end) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(part, end);
            await stream.FlushAsync(end);
            await Task.Delay(Timeout.Infinite, end);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private static async Task<HttpRequestMessage> RequestAsync(GitSides sides, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{sides.Repository}/git-receive-pack")) { Content = content };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-receive-pack-request");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await sides.TicketAsync(DriveActions.Read | DriveActions.Write));
        return request;
    }
}
