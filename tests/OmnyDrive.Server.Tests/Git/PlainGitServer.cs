using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>A server of repositories that knows nothing of OmnyDrive: git's own <c>http-backend</c> behind a user name and a password, on loopback.</summary>
internal sealed class PlainGitServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _root;

    private PlainGitServer(WebApplication app, string root) => (_app, _root) = (app, root);

    /// <summary>Without the slash at its end.</summary>
    internal string Url => _app.Urls.First();

    /// <summary>As credentials name it.</summary>
    internal string Server => new Uri(Url).Authority;

    /// <summary>What it wants to see; null lets everybody in.</summary>
    internal (string User, string Password)? Wanted { get; set; }

    /// <summary>Where all requests are sent to; null serves them.</summary>
    internal string? Elsewhere { get; set; }

    /// <summary>The Authorization headers that came.</summary>
    internal List<string> Shown { get; } = [];

    /// <summary>Called with each request.</summary>
    internal Action Seen { get; set; } = () => { };

    internal static async Task<PlainGitServer> StartAsync(string root)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => (options.Limits.MaxRequestBodySize, options.AllowSynchronousIO) = (null, true));
        var app = builder.Build();
        var server = new PlainGitServer(app, root);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Seen();
        var shown = context.Request.Headers.Authorization.ToString();
        lock (Shown)
        {
            if (shown.Length > 0)
                Shown.Add(shown);
        }
        if (Elsewhere is { } elsewhere)
            context.Response.Redirect(elsewhere + context.Request.Path + context.Request.QueryString);
        else if (Wanted is { } wanted && shown != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{wanted.User}:{wanted.Password}"))}")
        {
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"git\"";
        }
        else
            await RunAsync(context);
    }

    private async Task RunAsync(HttpContext context)
    {
        var start = new ProcessStartInfo("git", ["-c", "http.receivepack=true", "-c", "safe.directory=*", "http-backend"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var request = context.Request;
        foreach (var (name, value) in new[]
        {
            ("GIT_PROJECT_ROOT", _root), ("GIT_HTTP_EXPORT_ALL", "1"), ("PATH_INFO", request.Path.ToString()), ("QUERY_STRING", request.QueryString.ToString().TrimStart('?')), ("REQUEST_METHOD", request.Method),
            ("CONTENT_TYPE", request.ContentType ?? ""), ("HTTP_CONTENT_ENCODING", request.Headers.ContentEncoding.ToString()), ("GIT_PROTOCOL", request.Headers["Git-Protocol"].ToString()), ("REMOTE_USER", "somebody"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"),
        })
            start.Environment[name] = value;
        using var git = Process.Start(start)!;
        var sending = SendAsync(request.Body, git.StandardInput);
        await CopyAnswerAsync(git.StandardOutput.BaseStream, context.Response);
        await sending;
        await git.WaitForExitAsync();
    }

    private static async Task SendAsync(Stream body, StreamWriter to)
    {
        await body.CopyToAsync(to.BaseStream);
        to.Close();
    }

    // A CGI program writes the headers before the body, as text.
    private static async Task CopyAnswerAsync(Stream from, HttpResponse response)
    {
        while (ReadLine(from) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (name == "Status")
                response.StatusCode = int.Parse(value.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            else
                response.Headers[name] = value;
        }
        await from.CopyToAsync(response.Body);
    }

    private static string ReadLine(Stream from)
    {
        var line = new StringBuilder();
        for (int next; (next = from.ReadByte()) is not (-1 or '\n');)
            line.Append((char)next);
        return line.ToString().TrimEnd('\r');
    }
}
