using OmnyDrive.Client.Wire;
using OmnyDrive.Drives;
using OmnyDrive.Engine.Hubs;

namespace OmnyDrive.Server;

/// <summary>The routes of a hub; docs/wire-protocol.md describes them.</summary>
public static class HubRoutes
{
    /// <summary>
    /// Maps the routes of a hub below <c>/v1</c>. All but <c>/v1/hub</c>, enrolment and login take a token. The host
    /// must come from <see cref="ServerHost"/>, which sets limits, the JSON rules and the answers to errors.
    /// </summary>
    public static IEndpointRouteBuilder MapHub(this IEndpointRouteBuilder routes, DriveHub hub)
    {
        MapEntrance(routes, hub);
        MapOwnDrives(routes, hub);
        MapRegistry(routes, hub);
        return routes;
    }

    private static void MapEntrance(IEndpointRouteBuilder routes, DriveHub hub)
    {
        routes.MapGet("/v1/hub", () => new HubInfoDto(HubMapping.Product, [HubMapping.ApiVersion], hub.SigningKey.ToDto()));

        routes.MapPost("/v1/endpoints", async (EnrolRequest body, CancellationToken cancellation) =>
            new EnrolResponse((await hub.EnrolAsync(EndpointId.Parse(body.Id), body.DisplayName, cancellation)).Secret));

        routes.MapPost("/v1/sessions", async (LoginRequest body, CancellationToken cancellation) =>
        {
            var session = await hub.LoginAsync(EndpointId.Parse(body.Id), body.Secret, body.ServeUrl, cancellation);
            return new LoginResponse(session.Token, session.ExpiresAt, session.SigningKey.ToDto());
        });
    }

    // Whose drives these are, the token says.
    private static void MapOwnDrives(IEndpointRouteBuilder routes, DriveHub hub)
    {
        routes.MapPut("/v1/drives/{name}", async (string name, RegisterRequest body, HttpRequest request, CancellationToken cancellation) =>
            (await hub.RegisterAsync(Bearer.Of(request), body.ToDomain(name), cancellation)).ToDto());

        routes.MapDelete("/v1/drives/{name}", async (string name, HttpRequest request, CancellationToken cancellation) =>
        {
            await hub.WithdrawAsync(Bearer.Of(request), name, cancellation);
            return TypedResults.NoContent();
        });

        routes.MapPost("/v1/report", async (ReportRequest body, HttpRequest request, CancellationToken cancellation) =>
        {
            await hub.ReportAsync(Bearer.Of(request), body.ToDomain(), cancellation);
            return TypedResults.NoContent();
        });
    }

    private static void MapRegistry(IEndpointRouteBuilder routes, DriveHub hub)
    {
        routes.MapGet("/v1/drives", async (HttpRequest request, CancellationToken cancellation) =>
            new DriveListDto([.. (await hub.ListAsync(Bearer.Of(request), cancellation)).Select(HubMapping.ToDto)]));

        routes.MapGet("/v1/drives/{endpoint}/{name}", async (string endpoint, string name, HttpRequest request, CancellationToken cancellation) =>
            (await hub.GetAsync(Bearer.Of(request), IdOf(endpoint, name), cancellation)).ToDto());

        routes.MapPost("/v1/drives/{endpoint}/{name}/route", async (string endpoint, string name, RouteRequest body, HttpRequest request, CancellationToken cancellation) =>
            (await hub.RouteAsync(Bearer.Of(request), IdOf(endpoint, name), HubMapping.ActionsOf(body.Actions), cancellation)).ToDto());
    }

    private static DriveId IdOf(string endpoint, string name) => DriveId.Of(EndpointId.Parse(endpoint), name);
}
