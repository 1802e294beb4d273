using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using OmnyDrive.Client.Wire;
using OmnyDrive.Errors;

namespace OmnyDrive.Server;

/// <summary>
/// A web server as OmnyDrive runs all of its own: plain HTTP on loopback unless told otherwise, limits on everything, errors in one shape,
/// warnings to stderr and nothing to stdout, no influence of environment variables or configuration files. It handles no signals;
/// cancel the token given to <see cref="WaitForShutdownAsync"/>.
/// </summary>
public sealed class ServerHost : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly ServerHostOptions _options;

    private ServerHost(WebApplication app, ServerHostOptions options) => (_app, _options) = (app, options);

    /// <summary>The log, which goes to stderr.</summary>
    internal ILogger Log => _app.Logger;

    /// <summary>
    /// Builds a server; it does not listen yet. Throws <see cref="DriveException"/> <c>cannot_listen</c> where it must not listen there.
    /// </summary>
    /// <param name="options">Where, and what it takes.</param>
    /// <param name="map">Maps the routes.</param>
    /// <param name="cancellation">Ends the search for the host's address.</param>
    public static async Task<ServerHost> BuildAsync(ServerHostOptions options, Action<IEndpointRouteBuilder> map, CancellationToken cancellation = default)
    {
        var address = await ListenAddress.FindAsync(options, cancellation);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options, address))
            .UseSockets(sockets => sockets.CreateBoundListenSocket = at => LiveListener.Bind(at, options.LongestStall));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(ConfigureJson);
        ConfigureLogging(builder.Logging);
        var app = builder.Build();
        app.UseErrorResponses();
        app.UseRouting();
        map(app);
        return new ServerHost(app, options);
    }

    /// <summary>
    /// Begins to listen and returns the URL, with the real port. Throws <see cref="DriveException"/> <c>cannot_listen</c> where the port is taken or
    /// the address is not of this machine.
    /// </summary>
    public async Task<Uri> StartAsync(CancellationToken cancellation = default)
    {
        try
        {
            await _app.StartAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new DriveException(
                ErrorCode.CannotListen,
                $"Cannot listen on {_options.Host} port {_options.Port}: {e.Message}",
                $"Choose another port, or 0 for a free one: {_options.Command} --port PORT",
                e);
        }
        var listening = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        return new UriBuilder(Uri.UriSchemeHttp, ReachableHost(_options.Host), new Uri(listening.Addresses.First()).Port).Uri;
    }

    /// <summary>Waits until <paramref name="cancellation"/> is asked for, or <see cref="StopAsync"/>; then requests in progress have five seconds to end. Does not throw on cancellation.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation = default) => _app.WaitForShutdownAsync(cancellation);

    /// <summary>Stops listening; requests in progress have five seconds to end.</summary>
    public Task StopAsync(CancellationToken cancellation = default) => _app.StopAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // A server that listens everywhere is reached under the name of its machine.
    private static string ReachableHost(string host) =>
        IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) ? Dns.GetHostName() : host;

    private static void Configure(KestrelServerOptions kestrel, ServerHostOptions options, ListenAddress address)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxBodySize;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.MaxRequestHeaderCount = 40;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MinRequestBodyDataRate = options.SlowestPeer;
        kestrel.Limits.MinResponseDataRate = options.SlowestPeer;
        foreach (var one in address.Addresses)
            kestrel.Listen(one, options.Port);
    }

    // The rules of WireJson: options given to the framework do not take them over from the context.
    private static void ConfigureJson(JsonOptions json)
    {
        var ours = json.SerializerOptions;
        ours.TypeInfoResolverChain.Clear();
        ours.TypeInfoResolverChain.Add(WireJson.Default);
        ours.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        ours.PropertyNameCaseInsensitive = false;
        ours.NumberHandling = JsonNumberHandling.Strict;
        ours.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        ours.AllowDuplicateProperties = false;
        ours.RespectNullableAnnotations = true;
        ours.RespectRequiredConstructorParameters = true;
        ours.MaxDepth = 16;
    }

    private static void ConfigureLogging(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Warning);
        // A failed start is reported by the exception that StartAsync throws.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Warning);
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    // Signals belong to the program, which cancels its token; a library that catches them too would stop behind its back.
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
