using System.Text.Json.Serialization;
using OmnyDrive.Engine;

namespace OmnyDrive.Cli.Json;

/// <summary>One line of a server: <c>ready</c> with its URL, <c>stopped</c> at the end.</summary>
internal sealed record ServerEvent(string Event, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url = null);

/// <summary>The secret is there only when the endpoint was enrolled by this very command.</summary>
internal sealed record LoginValue(string Id, string Name, string Hub, string ServeUrl, bool Enrolled, string? Secret);

internal sealed record PublishValue(string Id, string Name, string Provider, string AccessMode, string Path, string? Ref);

internal sealed record UnpublishValue(string Id);

internal sealed record CloneValue(string MountId, string DriveId, string Path, string AccessMode, string? Ref, long Files, long Bytes, IReadOnlyList<ProblemValue> Problems);

internal sealed record UnmountValue(string MountId, string DriveId, string Path);

/// <summary>What <c>mounts repair</c> found, and whether it did something about it.</summary>
internal sealed record RepairValue(string MountId, string DriveId, string Kind, string Path, string PreviousPath, CountsValue Differences, bool Repaired, IReadOnlyList<ProblemValue> Problems)
{
    public static RepairValue Of(MountRepair repair) => new(
        repair.Mount.Id.Value, repair.Mount.Drive.ToString(), NameOf(repair.Kind), repair.Path, repair.PreviousPath,
        new CountsValue(repair.Differences.Added, repair.Differences.Modified, repair.Differences.Deleted), repair.IsRepaired, [.. repair.Problems.Select(ProblemValue.Of)]);

    private static string NameOf(MountRepairKind kind) => kind switch
    {
        MountRepairKind.Moved => "moved",
        MountRepairKind.Copied => "copied",
        MountRepairKind.Unmarked => "unmarked",
        MountRepairKind.Restored => "restored",
        _ => "parted",
    };
}

internal sealed record HashValue(string Path, string Hash, long Size);

internal sealed record DirectoryHashValue(string Path, string Hash, long Size, long Files, IReadOnlyList<ProblemValue> Problems);

internal sealed record VersionValue(string Version);

internal sealed record DemoValue(string Directory, bool Kept, IReadOnlyList<DemoStepValue> Steps);

internal sealed record DemoStepValue(string Why, string Command, int ExitCode, string Output);
