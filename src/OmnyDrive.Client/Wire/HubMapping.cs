using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Hubs;

namespace OmnyDrive.Client.Wire;

/// <summary>Turns the hub's messages into domain types and back; what is malformed throws <see cref="DriveException"/> <c>invalid</c>.</summary>
internal static class HubMapping
{
    public const string Product = "omnydrive-hub";
    public const int ApiVersion = 1;

    /// <summary>More refs than this do not fit in one report.</summary>
    public const int MaxRefsPerReport = 200;

    private const int MaxCapabilities = 64;
    private const int MaxProtectedBranches = 100;

    public static TicketKeyDto ToDto(this TicketKey key) => new(key.Id, key.SubjectPublicKeyInfo);

    public static TicketKey ToDomain(this TicketKeyDto key) => new(key.Id, key.PublicKey);

    public static RegisterRequest ToDto(this DriveRegistration drive) =>
        new(drive.Provider, drive.AccessMode.ToText(), drive.Capabilities.ToNames(), drive.Ref?.ToString(), drive.Remote?.ToDto());

    public static DriveRegistration ToDomain(this RegisterRequest request, string name) =>
        new(name, request.Provider, AccessModes.Parse(request.AccessMode), CapabilitiesOf(request.Capabilities), RefOf(request.Ref)) { Remote = request.Remote?.ToDomain() };

    public static DriveDto ToDto(this Drive drive) =>
        new(drive.Id.ToString(), drive.Provider, drive.AccessMode.ToText(), drive.Capabilities.ToNames(), drive.Ref?.ToString(), drive.Remote?.ToDto());

    public static Drive ToDomain(this DriveDto drive) =>
        new(DriveId.Parse(drive.Id), drive.Provider, AccessModes.Parse(drive.AccessMode), CapabilitiesOf(drive.Capabilities), RefOf(drive.Ref)) { Remote = drive.Remote?.ToDomain() };

    public static DriveListingDto ToDto(this DriveListing listing) => new(listing.Drive.ToDto(), listing.Online);

    public static DriveListing ToDomain(this DriveListingDto listing) => new(listing.Drive.ToDomain(), listing.Online);

    public static EndpointReport ToDomain(this ReportRequest report)
    {
        if (report.Refs.Count > MaxRefsPerReport)
            throw DriveException.Invalid($"A report holds at most {MaxRefsPerReport} refs, not {report.Refs.Count}.", "Send several reports.");
        return new EndpointReport(report.Serving, report.Refs.ToDictionary(pair => pair.Key, pair => SyncRef.Parse(pair.Value), StringComparer.Ordinal));
    }

    public static RouteResponse ToDto(this DriveRoute route) => new(route.Drive.ToDto(), route.ServeUrl, route.Ticket, route.ExpiresAt);

    public static DriveRoute ToDomain(this RouteResponse route) => new(route.Drive.ToDomain(), route.ServeUrl, route.Ticket, route.ExpiresAt);

    /// <summary>Reads actions; unlike a capability, an action that is not known is refused, since it asks for a right.</summary>
    public static DriveActions ActionsOf(IReadOnlyList<string> names)
    {
        var actions = DriveActions.None;
        foreach (var name in names)
        {
            var known = DriveActionNames.Find(name);
            if (known == DriveActions.None || actions.HasFlag(known))
                throw DriveException.Invalid("The actions of a ticket are read and write, each once.");
            actions |= known;
        }
        return actions;
    }

    private static RemoteDto ToDto(this DriveRemote remote) => new(remote.Url, remote.ProtectedBranches);

    private static DriveRemote ToDomain(this RemoteDto remote) => remote.ProtectedBranches is not { Count: > MaxProtectedBranches }
        ? new DriveRemote(remote.Url, remote.ProtectedBranches)
        : throw DriveException.Invalid($"A drive has at most {MaxProtectedBranches} protected branches, not {remote.ProtectedBranches.Count}.");

    private static Capabilities CapabilitiesOf(IReadOnlyList<string> names) => names.Count <= MaxCapabilities
        ? CapabilityRules.FromNames(names)
        : throw DriveException.Invalid($"A drive has at most {MaxCapabilities} capabilities, not {names.Count}.");

    private static SyncRef? RefOf(string? text) => text is null ? null : SyncRef.Parse(text);
}
