using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using OmnyDrive.Client.Wire;
using OmnyDrive.Engine;
using OmnyDrive.Engine.Git;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;

namespace OmnyDrive.Server;

/// <summary>The routes by which git itself reaches the repositories of an endpoint: its smart HTTP protocol, with a ticket as for all other routes; docs/wire-protocol.md describes them.</summary>
public static class GitRoutes
{
    // What a client has and wants; commits go the other way.
    private const long MaxUploadRequest = 64L << 20;

    private static readonly (string Name, GitService Service)[] Services = [("git-upload-pack", GitService.UploadPack), ("git-receive-pack", GitService.ReceivePack)];

    /// <summary>Maps the routes of git drives below those of <see cref="ContentRoutes"/>.</summary>
    public static IEndpointRouteBuilder MapGit(this IEndpointRouteBuilder routes, LocalDriveEndpoint endpoint, TicketGate gate)
    {
        var repository = $"{ContentRoutes.Drive}/{GitPaths.Repository}";
        routes.MapGet($"{repository}/info/refs", context => AdvertiseAsync(context, endpoint, gate));
        foreach (var (name, service) in Services)
            routes.MapPost($"{repository}/{name}", context => ExchangeAsync(context, endpoint, gate, service));
        LargeFileRoutes.Map(routes, endpoint, gate);
        return routes;
    }

    private static async Task AdvertiseAsync(HttpContext context, LocalDriveEndpoint endpoint, TicketGate gate)
    {
        // Of clients that know nothing better, the protocol of before is not spoken.
        if (context.Request.Query["service"] is not [{ } wanted] || Services.FirstOrDefault(service => service.Name == wanted) is not { Name: not null } known)
            throw DriveException.Protocol("The request does not name a service of git that there is.");
        var host = Admit(context, endpoint, gate, known.Service);
        var protocol = ProtocolOf(context);
        Answer(context, $"application/x-{known.Name}-advertisement");
        if (known.Service == GitService.ReceivePack || protocol != "version=2")
            await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes($"{known.Name.Length + 15:x4}# service={known.Name}\n0000"), context.RequestAborted);
        await host.ServeAsync(known.Service, new GitExchange(protocol, null, context.Response.Body), context.RequestAborted);
    }

    private static async Task ExchangeAsync(HttpContext context, LocalDriveEndpoint endpoint, TicketGate gate, GitService service)
    {
        var host = Admit(context, endpoint, gate, service);
        var name = Services.First(known => known.Service == service).Name;
        if (context.Request.ContentType != $"application/x-{name}-request")
            throw DriveException.Protocol("The body of the request is not what git sends there.");
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = service == GitService.ReceivePack ? null : MaxUploadRequest;
        await using var body = BodyOf(context, service);
        Answer(context, $"application/x-{name}-result");
        await host.ServeAsync(service, new GitExchange(ProtocolOf(context), body, context.Response.Body), context.RequestAborted);
    }

    private static IGitHost Admit(HttpContext context, LocalDriveEndpoint endpoint, TicketGate gate, GitService service)
    {
        var ticket = gate.Admit(context, service == GitService.ReceivePack ? DriveActions.Write : DriveActions.Read);
        return endpoint.OpenOrigin(ticket.Drive) as IGitHost ?? throw new DriveException(ErrorCode.NotSupported, $"{ticket.Drive} is no git drive.", "Clone it with omnydrive.");
    }

    // Git packs a list of commits by gzip; packs of commits it sends as they are.
    private static Stream BodyOf(HttpContext context, GitService service)
    {
        var body = context.Request.Body;
        return context.Request.Headers.ContentEncoding.ToString() switch
        {
            "" or "identity" => body,
            "gzip" or "x-gzip" => new BoundedStream(new GZipStream(body, CompressionMode.Decompress), service == GitService.ReceivePack ? long.MaxValue : MaxUploadRequest),
            _ => throw DriveException.Protocol("The body of the request is packed in a way that is not known here."),
        };
    }

    private static string? ProtocolOf(HttpContext context) => context.Request.Headers["Git-Protocol"].ToString() is "version=0" or "version=1" or "version=2" ? context.Request.Headers["Git-Protocol"].ToString() : null;

    private static void Answer(HttpContext context, string type)
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-cache";
    }
}
