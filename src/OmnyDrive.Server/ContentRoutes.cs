using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using OmnyDrive.Client.Wire;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Transfer;

namespace OmnyDrive.Server;

/// <summary>The routes of a content server; docs/wire-protocol.md describes them.</summary>
public static class ContentRoutes
{
    internal const string Drive = "/v1/content/{endpoint}/{name}";

    // Directories that a push may bring, which are held until it ends; contents have no bound but what the push has announced.
    private const long MaxTreesBody = 128L << 20;
    private const long MaxListBody = 16L << 20;
    private const int MaxPaths = 1000;

    /// <summary>
    /// Maps the routes of a content server below <c>/v1/content</c>. Each takes a ticket that the endpoint's hub signed for that drive and action,
    /// and verifies it without asking anybody. The host must come from <see cref="ServerHost"/>.
    /// </summary>
    public static IEndpointRouteBuilder MapContent(this IEndpointRouteBuilder routes, LocalDriveEndpoint endpoint, TicketGate gate)
    {
        RequestDelegate With(DriveActions action, Func<HttpContext, ITreeOrigin, Task> serve) => WithAny(action, (context, origin) => serve(context, TreesOf(origin)));

        RequestDelegate WithAny(DriveActions action, Func<HttpContext, IOrigin, Task> serve) =>
            context =>
            {
                context.Response.Headers[CompressionHeader.Name] = CompressionHeader.Readable;
                // A request that is not understood does nothing.
                WishOf(context);
                var ticket = gate.Admit(context, action);
                context.Features.Set(new Sender(ticket.Subject));
                return serve(context, endpoint.OpenOrigin(ticket.Drive));
            };

        routes.MapGet($"{Drive}/head", WithAny(DriveActions.Read, HeadAsync));
        routes.MapGet($"{Drive}/history/{{number:long}}", WithAny(DriveActions.Read, HasBeenAtAsync));
        routes.MapPost($"{Drive}/authors", With(DriveActions.Read, AuthorsAsync));
        routes.MapPost($"{Drive}/trees", With(DriveActions.Read, TreesAsync));
        routes.MapPost($"{Drive}/chunks", With(DriveActions.Read, ChunksAsync));
        routes.MapPost($"{Drive}/contents", With(DriveActions.Read, ContentsAsync));
        routes.MapPost($"{Drive}/pushes/{{push}}", With(DriveActions.Write, BeginPushAsync));
        routes.MapPut($"{Drive}/pushes/{{push}}/chunks", With(DriveActions.Write, OfferAsync));
        routes.MapPut($"{Drive}/pushes/{{push}}/contents", With(DriveActions.Write, StageAsync));
        routes.MapPost($"{Drive}/pushes/{{push}}/commit", With(DriveActions.Write, CommitAsync));
        routes.MapDelete($"{Drive}/pushes/{{push}}", With(DriveActions.Write, AbandonAsync));
        return routes;
    }

    private static ITreeOrigin TreesOf(IOrigin origin) => origin as ITreeOrigin
        ?? throw new DriveException(ErrorCode.NotSupported, $"{origin.Drive} is a drive of another kind, which is not read or written by trees.", "Update OmnyDrive on the machine that asks.");

    private static async Task HeadAsync(HttpContext context, IOrigin origin)
    {
        var head = await origin.GetHeadAsync(context.RequestAborted);
        var body = new HeadDto(head.Ref.ToString(), head.AccessMode.ToText(), head.Capabilities.ToNames(), FilterDto.Of(head.Filter), GenerationDto.Of(head.Generation), head.ProtectedBranches);
        await context.Response.WriteAsJsonAsync(body, ContentJson.Default.HeadDto, cancellationToken: context.RequestAborted);
    }

    private static async Task HasBeenAtAsync(HttpContext context, IOrigin origin)
    {
        var number = long.Parse((string)context.Request.RouteValues["number"]!, CultureInfo.InvariantCulture);
        var known = await origin.HasBeenAtAsync(new OriginGeneration(number, Query(context, "epoch"), SyncRef.Parse(Query(context, "ref"))), context.RequestAborted);
        await context.Response.WriteAsJsonAsync(new HasBeenAtDto(known), ContentJson.Default.HasBeenAtDto, cancellationToken: context.RequestAborted);
    }

    private static async Task AuthorsAsync(HttpContext context, ITreeOrigin origin)
    {
        AllowBody(context, MaxListBody);
        var wanted = await ReadJsonAsync(context, ContentJson.Default.PathsDto);
        if (wanted.Paths.Count > MaxPaths)
            throw DriveException.Protocol($"The request names more than {MaxPaths} paths.");
        var authors = await origin.FindAuthorsAsync([.. wanted.Paths.Select(DrivePath.Parse)], context.RequestAborted);
        await context.Response.WriteAsJsonAsync(new AuthorsDto([.. authors.Select(AuthorDto.Of)]), ContentJson.Default.AuthorsDto, cancellationToken: context.RequestAborted);
    }

    private static async Task<T> ReadJsonAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        try
        {
            return await context.Request.ReadFromJsonAsync(type, context.RequestAborted) ?? throw DriveException.Protocol("The body of the request is null.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw DriveException.Protocol("The body of the request is not the JSON that belongs there.");
        }
    }

    private static async Task TreesAsync(HttpContext context, ITreeOrigin origin)
    {
        AllowBody(context, MaxListBody);
        var requests = await RequestStreams.ReadTreeRequestsAsync(context.Request.BodyReader, context.RequestAborted);
        await RespondAsync(context, to => TreeStream.WriteAsync(to, origin.ReadTreesAsync(requests, context.RequestAborted), context.RequestAborted));
    }

    private static async Task ChunksAsync(HttpContext context, ITreeOrigin origin)
    {
        AllowBody(context, MaxListBody);
        var requests = await RequestStreams.ReadChunkListRequestsAsync(context.Request.BodyReader, context.RequestAborted);
        await RespondAsync(context, to => ChunkListRecords.WriteAsync(to, origin.ReadChunksAsync(requests, context.RequestAborted), context.RequestAborted));
    }

    private static async Task ContentsAsync(HttpContext context, ITreeOrigin origin)
    {
        AllowBody(context, MaxListBody);
        var requests = await RequestStreams.ReadContentRequestsAsync(context.Request.BodyReader, context.RequestAborted);
        await RespondAsync(context, to => ContentRecords.WriteAsync(to, origin.FetchAsync(requests, context.RequestAborted), context.RequestAborted));
    }

    private static async Task BeginPushAsync(HttpContext context, ITreeOrigin origin)
    {
        AllowBody(context, MaxTreesBody);
        var intent = new PushIntent(PushOf(context), SyncRef.Parse(Query(context, "expected")), SyncRef.Parse(Query(context, "target")))
        {
            Allowed = AllowedBy(context),
            LeadsBack = context.Request.Query.ContainsKey("back"),
            TouchedOnly = context.Request.Query.ContainsKey("touched"),
            Author = context.Features.GetRequiredFeature<Sender>().Endpoint,
        };
        var trees = TreeStream.ReadAsync(new RecordSource(context.Request.BodyReader, MaxTreesBody), null, context.RequestAborted);
        var needs = await origin.BeginPushAsync(intent, trees, context.RequestAborted);
        await RespondAsync(context, to => RequestStreams.WriteAsync(to, needs, context.RequestAborted));
    }

    private static async Task OfferAsync(HttpContext context, ITreeOrigin origin)
    {
        AllowBody(context, null);
        var lists = ChunkListRecords.ReadAsync(context.Request.BodyReader, null, context.RequestAborted);
        var ranges = await origin.OfferChunksAsync(PushOf(context), lists, context.RequestAborted);
        await RespondAsync(context, to => RequestStreams.WriteAsync(to, ranges, context.RequestAborted));
    }

    private static async Task StageAsync(HttpContext context, ITreeOrigin origin)
    {
        AllowBody(context, null);
        await origin.StageAsync(PushOf(context), ContentRecords.ReadAsync(context.Request.BodyReader, null, context.RequestAborted), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task CommitAsync(HttpContext context, ITreeOrigin origin)
    {
        var result = await origin.CommitPushAsync(PushOf(context), context.RequestAborted);
        await context.Response.WriteAsJsonAsync(new PushResultDto(result.Landed, result.Ref.ToString(), GenerationDto.Of(result.Generation)), ContentJson.Default.PushResultDto, cancellationToken: context.RequestAborted);
    }

    private static async Task AbandonAsync(HttpContext context, ITreeOrigin origin)
    {
        await origin.AbandonPushAsync(PushOf(context), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task RespondAsync(HttpContext context, Func<RecordTarget, Task> write)
    {
        var packing = new CompressionPolicy(WishOf(context));
        context.Response.ContentType = "application/vnd.omnydrive.records";
        await write(new RecordTarget(context.Response.BodyWriter, packing));
    }

    private static CompressionWish WishOf(HttpContext context) => context.Request.Headers[CompressionHeader.Name] is [_, _, ..]
        ? throw DriveException.Protocol($"The request has more than one header {CompressionHeader.Name}.")
        : CompressionWish.Parse(context.Request.Headers[CompressionHeader.Name]);

    private static PushId PushOf(HttpContext context) => PushId.Parse((string)context.Request.RouteValues["push"]!);

    private static string Query(HttpContext context, string name) => context.Request.Query[name] is [{ } value]
        ? value
        : throw DriveException.Protocol($"The request lacks \"{name}\".");

    // A newer client may know more brakes; to allow one that is not there changes nothing.
    private static IReadOnlyCollection<Brake> AllowedBy(HttpContext context) => [.. context.Request.Query["allow"].Select(BrakeNames.Find).OfType<Brake>().Distinct()];

    private static void AllowBody(HttpContext context, long? bytes) => context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = bytes;

    // Whom the ticket was given to.
    private sealed record Sender(EndpointId Endpoint);
}
