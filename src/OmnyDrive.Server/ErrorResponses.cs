using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using OmnyDrive.Client.Wire;
using OmnyDrive.Errors;

namespace OmnyDrive.Server;

/// <summary>The one place where an error becomes an HTTP answer, on hub and content routes alike.</summary>
public static partial class ErrorResponses
{
    /// <summary>
    /// Answers every <see cref="DriveException"/> and every request the server cannot read with a status and an error body. What has no
    /// code becomes 500 <c>failed</c>: the log has the details, the peer does not.
    /// </summary>
    public static IApplicationBuilder UseErrorResponses(this IApplicationBuilder app) => app.Use(AnswerAsync);

    /// <summary>The status that goes with a code.</summary>
    public static int StatusOf(string code) => code switch
    {
        ErrorCode.Invalid or ErrorCode.Usage or ErrorCode.Protocol or ErrorCode.UnsupportedVersion => StatusCodes.Status400BadRequest,
        ErrorCode.Unauthorized or ErrorCode.ClockSkew or ErrorCode.NotLoggedIn => StatusCodes.Status401Unauthorized,
        ErrorCode.AccessDenied or ErrorCode.ReadOnly => StatusCodes.Status403Forbidden,
        ErrorCode.DriveNotFound or ErrorCode.MountNotFound or ErrorCode.EndpointNotFound or ErrorCode.PathNotFound => StatusCodes.Status404NotFound,
        ErrorCode.Conflict or ErrorCode.DriveExists or ErrorCode.EndpointExists or ErrorCode.DestinationNotEmpty or ErrorCode.Nested
            or ErrorCode.RootMissing or ErrorCode.Halted => StatusCodes.Status409Conflict,
        ErrorCode.ContentMismatch => StatusCodes.Status422UnprocessableEntity,
        ErrorCode.LockHeld => StatusCodes.Status423Locked,
        ErrorCode.NotSupported => StatusCodes.Status501NotImplemented,
        ErrorCode.HubUnreachable or ErrorCode.OriginUnreachable => StatusCodes.Status502BadGateway,
        ErrorCode.NoSpace => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= StatusCodes.Status400BadRequest)
                await WriteAsync(context, context.Response.StatusCode, BodyOf(context.Response.StatusCode, context.Request.Path));
        }
        catch (Exception e) when (e is ConnectionResetException || (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested))
        {
            // Nobody is there to be answered; a reset is seen here before the request counts as aborted.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var (status, body) = Explain(context, e);
            await WriteAsync(context, status, body);
        }
    }

    private static (int Status, ErrorBody Body) Explain(HttpContext context, Exception error)
    {
        switch (error)
        {
            case DriveException known:
                return (StatusOf(known.Code), ErrorBody.Of(known));
            case BadHttpRequestException bad:
                return (bad.StatusCode, BodyOf(bad.StatusCode, context.Request.Path));
            case EndOfStreamException cut:
                return (StatusCodes.Status400BadRequest, ErrorBody.Of(DriveException.Protocol(cut.Message)));
            default:
                LogUnexpected(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ErrorResponses)), error, context.Request.Method, context.Request.Path);
                return (StatusCodes.Status500InternalServerError, BodyOf(StatusCodes.Status500InternalServerError, context.Request.Path));
        }
    }

    private static ErrorBody BodyOf(int status, PathString path) => status switch
    {
        StatusCodes.Status404NotFound when IsOtherVersion(path) => new(
            ErrorCode.UnsupportedVersion, $"This server speaks version {HubMapping.ApiVersion} of the protocol.", "Update the older of the two programs; see: omnydrive version"),
        StatusCodes.Status404NotFound => new(ErrorCode.Invalid, "There is nothing at this address.", "Check the URL."),
        StatusCodes.Status405MethodNotAllowed => new(ErrorCode.Invalid, "This address does not take that method."),
        StatusCodes.Status408RequestTimeout => new(ErrorCode.Invalid, "The request came too slowly."),
        StatusCodes.Status413PayloadTooLarge => new(ErrorCode.Invalid, "The request is too large."),
        StatusCodes.Status415UnsupportedMediaType => new(ErrorCode.Invalid, "The request's content is not of the type this address takes."),
        >= 400 and < 500 => new(ErrorCode.Invalid, "The request is malformed."),
        _ => new(ErrorCode.Failed, "The server failed to answer this request; its log says why."),
    };

    // /v2/…, and any other version than ours.
    private static bool IsOtherVersion(PathString path)
    {
        var first = path.Value.AsSpan().TrimStart('/');
        var end = first.IndexOf('/');
        first = end < 0 ? first : first[..end];
        return first.Length is > 1 and < 8 && first[0] == 'v' && int.TryParse(first[1..], out var version) && version != HubMapping.ApiVersion;
    }

    private static async Task WriteAsync(HttpContext context, int status, ErrorBody body)
    {
        context.Response.Clear();
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.ErrorBody), context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogUnexpected(ILogger logger, Exception error, string method, string path);
}
