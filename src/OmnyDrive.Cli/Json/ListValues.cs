using System.Text.Json.Serialization;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Reconciling;
using OmnyDrive.Hubs;

namespace OmnyDrive.Cli.Json;

internal sealed record DriveValue(string Id, string Name, string Provider, string AccessMode, string Endpoint, string? Ref, bool Online)
{
    /// <summary>Where it lies, if its endpoint does not serve it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }

    public static DriveValue Of(DriveListing listing)
    {
        var drive = listing.Drive;
        return new(drive.Id.ToString(), drive.Id.Name, drive.Provider, drive.AccessMode.ToText(), drive.Id.Endpoint.Value, drive.Ref?.ToString(), listing.Online) { Url = drive.Remote?.Url };
    }
}

internal sealed record MountValue(string Id, string DriveId, string Path, string AccessMode, string Policy, string Status, string? Ref, DateTimeOffset? LastSyncedAt)
{
    public static MountValue Of(MountInfo mount) => new(
        mount.Id.Value, mount.Drive.ToString(), mount.Path, mount.AccessMode.ToText(), mount.Policy.ToText(), StatusOf(mount.Status), mount.Ref?.ToString(), mount.LastSyncedAt);

    private static string StatusOf(MountStatus status) => status switch
    {
        MountStatus.Ready => "ready",
        MountStatus.Cloning => "cloning",
        _ => "missing",
    };
}
