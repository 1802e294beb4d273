using System.Text.Json.Serialization;
using OmnyDrive.Engine;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Cli.Json;

/// <summary>An open conflict: as a sync tells it, and what is known of its versions.</summary>
internal sealed record OpenConflictValue(
    string Kind, string Path, string? Base, string? Ours, string? Theirs, long? BaseSize, long? OursSize, long? TheirsSize, DateTimeOffset? OursModifiedAt, DateTimeOffset? TheirsModifiedAt,
    string? TheirsAuthor, DateTimeOffset? TheirsChangedAt, DateTimeOffset FoundAt, string? Resolution)
{
    /// <summary>What is wrong with the path; only where it is not that both sides changed it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Where the mount's version will be kept; only of a resolution that keeps both.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Beside { get; init; }

    public static OpenConflictValue Of(OpenConflict open)
    {
        var (conflict, author) = (open.Conflict, open.TheirAuthor);
        return new(
            open.Kind.ToString(), conflict.Path.ToString(), SyncValues.TextOf(conflict.Base), SyncValues.TextOf(conflict.Ours), SyncValues.TextOf(conflict.Theirs),
            SizeOf(conflict.Base), SizeOf(conflict.Ours), SizeOf(conflict.Theirs), TimeOf(conflict.Ours), TimeOf(conflict.Theirs),
            author?.Author?.Value, author?.At, open.FoundAt, open.Resolution is null ? null : NameOf(open.Resolution.Kind))
        {
            Reason = conflict.Reason,
            Beside = open.Resolution?.Beside?.ToString(),
        };
    }

    private static long? SizeOf(Entry? version) => version is { IsFile: true } ? version.Size : null;

    private static DateTimeOffset? TimeOf(Entry? version) => version is { IsFile: true, ModifiedNanoseconds: > 0 } ? DateTimeOffset.UnixEpoch.AddTicks(version.ModifiedNanoseconds / 100) : null;

    public static string NameOf(ResolutionKind kind) => kind switch
    {
        ResolutionKind.Ours => "ours",
        ResolutionKind.Theirs => "theirs",
        ResolutionKind.Both => "both",
        _ => "merged",
    };
}

/// <summary>What <c>resolve</c> decided, and what it left open.</summary>
internal sealed record ResolveValue(string MountId, IReadOnlyList<OpenConflictValue> Resolved, IReadOnlyList<OpenValue> Open)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorValue? Error { get; init; }
}

/// <summary>A conflict that is as it was, and why.</summary>
internal sealed record OpenValue(string Path, string Reason);

/// <summary>A version of a path in conflict, for <c>conflicts show --json</c>: its text, or in base64 what is no text.</summary>
internal sealed record VersionContentValue(string Path, string Version, string? Text, string? Base64);

/// <summary>How a mount and its origin stand to each other.</summary>
internal sealed record StatusValue(
    string MountId, string DriveId, string Path, string AccessMode, string Policy, string? Ref, string? OriginRef, DateTimeOffset? LastSyncedAt,
    IReadOnlyList<ChangeValue> Local, IReadOnlyList<ChangeValue> Origin, IReadOnlyList<OpenConflictValue> Conflicts, IReadOnlyList<ProblemValue> Problems)
{
    /// <summary>Why the origin could not be asked; then nothing is known of its changes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OriginUnknown { get; init; }

    /// <summary>How the branches stand, and what a sync would do with them; only of a git drive whose origin could be asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GitValue? Git { get; init; }

    public static StatusValue Of(MountReport report)
    {
        var mount = MountValue.Of(report.Mount);
        return new(
            mount.Id, mount.DriveId, mount.Path, mount.AccessMode, mount.Policy, mount.Ref, report.OriginRef?.ToString(), mount.LastSyncedAt,
            SyncValues.Of(report.Local, Side.Local), SyncValues.Of(report.Origin ?? [], Side.Origin),
            [.. report.Conflicts.Select(OpenConflictValue.Of)], [.. report.Problems.Select(ProblemValue.Of)])
        {
            OriginUnknown = report.WhyUnknown,
            Git = GitValue.Of(report.Branches),
        };
    }
}

/// <summary>How one path differs.</summary>
internal sealed record DiffValue(string Path, string Kind, string? Text, string? Reason)
{
    public static DiffValue Of(PathDiff diff) => new(diff.Change.Path.ToString(), SyncValues.Of(diff.Change, Side.Local).Kind, diff.Text, diff.Reason);
}

/// <summary>What was chosen for a mount.</summary>
internal sealed record MountSettingsValue(string MountId, string Policy);
