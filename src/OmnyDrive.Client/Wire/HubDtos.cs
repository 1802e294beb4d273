namespace OmnyDrive.Client.Wire;

// The messages of the hub's routes as they stand on the wire; docs/wire-protocol.md describes them. Ids, refs and modes are text here and become
// domain types in HubMapping, which refuses what is malformed.

internal sealed record HubInfoDto(string Product, IReadOnlyList<int> ApiVersions, TicketKeyDto SigningKey);

internal sealed record TicketKeyDto(string Id, byte[] PublicKey);

internal sealed record EnrolRequest(string Id, string DisplayName);

internal sealed record EnrolResponse(string Secret);

internal sealed record LoginRequest(string Id, string Secret, string ServeUrl);

internal sealed record LoginResponse(string Token, DateTimeOffset ExpiresAt, TicketKeyDto SigningKey);

internal sealed record RegisterRequest(string Provider, string AccessMode, IReadOnlyList<string> Capabilities, string? Ref = null, RemoteDto? Remote = null);

internal sealed record DriveDto(string Id, string Provider, string AccessMode, IReadOnlyList<string> Capabilities, string? Ref = null, RemoteDto? Remote = null);

internal sealed record RemoteDto(string Url, IReadOnlyList<string>? ProtectedBranches = null);

internal sealed record DriveListingDto(DriveDto Drive, bool Online);

internal sealed record DriveListDto(IReadOnlyList<DriveListingDto> Drives);

internal sealed record ReportRequest(bool Serving, IReadOnlyDictionary<string, string> Refs);

internal sealed record RouteRequest(IReadOnlyList<string> Actions);

internal sealed record RouteResponse(DriveDto Drive, string ServeUrl, string Ticket, DateTimeOffset ExpiresAt);
