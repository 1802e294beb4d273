using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Features;
using OmnyDrive.Client.Wire;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Engine.Git;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;

namespace OmnyDrive.Server;

/// <summary>The routes by which git-lfs reaches what Git LFS keeps in the repositories of an endpoint: its batch API with the basic transfer, with a ticket as for all other routes. See git-lfs' docs/api/batch.md.</summary>
internal static class LargeFileRoutes
{
    private const string MediaType = "application/vnd.git-lfs+json";
    private const string Upload = "upload", Download = "download";
    private const int MaxObjects = 1000;
    private const long MaxBody = 1 << 20;

    internal static void Map(IEndpointRouteBuilder routes, LocalDriveEndpoint endpoint, TicketGate gate)
    {
        var objects = $"{ContentRoutes.Drive}/{GitPaths.Repository}/info/lfs/objects";
        routes.MapPost($"{objects}/batch", context => BatchAsync(context, endpoint, gate));
        routes.MapGet($"{objects}/{{id}}/{{size:long}}", context => GetAsync(context, endpoint, gate));
        routes.MapPut($"{objects}/{{id}}/{{size:long}}", context => PutAsync(context, endpoint, gate));
    }

    private static async Task BatchAsync(HttpContext context, LocalDriveEndpoint endpoint, TicketGate gate)
    {
        // Who may not even read learns nothing; what else is asked for is known when the body is.
        var drive = gate.Admit(context, DriveActions.Read).Drive;
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBody;
        var request = await ReadAsync(context);
        if (request.Operation is not (Upload or Download) || request.Objects.Count > MaxObjects || request.HashAlgo is not (null or "sha256"))
            throw DriveException.Protocol($"A batch of Git LFS uploads or downloads up to {MaxObjects} objects, named by SHA-256.");
        if (request.Operation == Upload)
            gate.Admit(context, DriveActions.Write);
        var host = HostOf(endpoint, drive);
        var place = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}{context.Request.Path.ToString()[..^"/batch".Length]}";
        var answer = new LargeFileBatch(request.Objects.Select(wanted => AnswerTo(request.Operation, wanted, host, place)).ToList());
        context.Response.ContentType = MediaType;
        await JsonSerializer.SerializeAsync(context.Response.Body, answer, LargeFileJson.Default.LargeFileBatch, context.RequestAborted);
    }

    private static LargeFileAnswer AnswerTo(string operation, LargeFileDto wanted, IGitHost host, string place)
    {
        var file = new GitLargeFile(wanted.Oid, wanted.Size);
        var isHere = host.HasLargeFile(file);
        if (operation == Download && !isHere)
            return new LargeFileAnswer(file.Id, file.Size) { Error = new LargeFileError(StatusCodes.Status404NotFound, "The origin does not have this file.") };
        // What is here need not be sent.
        return operation == Upload && isHere
            ? new LargeFileAnswer(file.Id, file.Size)
            : new LargeFileAnswer(file.Id, file.Size) { Actions = new() { [operation] = new LargeFileAction($"{place}/{file.Id}/{file.Size.ToString(CultureInfo.InvariantCulture)}") } };
    }

    private static async Task GetAsync(HttpContext context, LocalDriveEndpoint endpoint, TicketGate gate)
    {
        var host = HostOf(endpoint, gate.Admit(context, DriveActions.Read).Drive);
        var file = FileOf(context);
        await using var content = host.OpenLargeFile(file) ?? throw new DriveException(ErrorCode.PathNotFound, "The origin does not have this file of Git LFS.");
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = file.Size;
        await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task PutAsync(HttpContext context, LocalDriveEndpoint endpoint, TicketGate gate)
    {
        var host = HostOf(endpoint, gate.Admit(context, DriveActions.Write).Drive);
        var file = FileOf(context);
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = file.Size;
        await host.TakeLargeFileAsync(file, context.Request.Body, context.RequestAborted);
    }

    private static GitLargeFile FileOf(HttpContext context) =>
        new((string)context.Request.RouteValues["id"]!, long.Parse((string)context.Request.RouteValues["size"]!, NumberStyles.None, CultureInfo.InvariantCulture));

    private static IGitHost HostOf(LocalDriveEndpoint endpoint, DriveId drive) =>
        endpoint.OpenOrigin(drive) as IGitHost ?? throw new DriveException(ErrorCode.NotSupported, $"{drive} is no git drive.", "Clone it with omnydrive.");

    private static async Task<LargeFileRequest> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, LargeFileJson.Default.LargeFileRequest, context.RequestAborted) ?? throw DriveException.Protocol("The body of the request is null.");
        }
        catch (JsonException e)
        {
            throw new DriveException(ErrorCode.Protocol, $"The body of the request is no batch of Git LFS: {e.Message}", inner: e);
        }
    }
}

internal sealed record LargeFileRequest(string Operation, IReadOnlyList<LargeFileDto> Objects, [property: JsonPropertyName("hash_algo")] string? HashAlgo = null);

internal sealed record LargeFileDto(string Oid, long Size);

internal sealed record LargeFileBatch(IReadOnlyList<LargeFileAnswer> Objects, string Transfer = "basic");

internal sealed record LargeFileAnswer(string Oid, long Size)
{
    // The ticket goes along with each request by itself.
    public bool Authenticated { get; } = true;

    public Dictionary<string, LargeFileAction>? Actions { get; init; }

    public LargeFileError? Error { get; init; }
}

internal sealed record LargeFileAction(string Href);

internal sealed record LargeFileError(int Code, string Message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowDuplicateProperties = false, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, MaxDepth = 16)]
[JsonSerializable(typeof(LargeFileRequest))]
[JsonSerializable(typeof(LargeFileBatch))]
internal sealed partial class LargeFileJson : JsonSerializerContext;
