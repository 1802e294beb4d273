using System.Text.Json.Serialization;
using OmnyDrive.Engine;

namespace OmnyDrive.Cli.Json;

/// <summary>What a sync did, would do, or why it was refused.</summary>
internal sealed record SyncValue
{
    public required string MountId { get; init; }
    public required string Status { get; init; }
    public required string? Ref { get; init; }
    public required string? PreviousRef { get; init; }
    public int AppliedChanges { get; init; }
    public IReadOnlyList<ChangeValue> Changes { get; init; } = [];
    public IReadOnlyList<ConflictValue> Conflicts { get; init; } = [];
    public MetricsValue Metrics { get; init; } = new(0, 0, 0, 0, 0);
    public IReadOnlyList<ProblemValue> Problems { get; init; } = [];

    /// <summary>What the mount changed since the baseline; only where the sync was refused, or halted by a brake.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChangeValue>? Local { get; init; }

    /// <summary>What the origin changed since the baseline; only where the sync was refused, or halted by a brake.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChangeValue>? Origin { get; init; }

    /// <summary>The brakes that halted the sync, and what was seen.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BrakeValue>? Brakes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorValue? Error { get; init; }
}

internal sealed record ChangeValue(string Path, string Side, string Kind)
{
    /// <summary>Of a file that was moved here, where it was: the same content goes there by another of these changes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MovedFrom { get; init; }
}

internal sealed record ConflictValue(string Kind, string Path, string? Base, string? Ours, string? Theirs)
{
    /// <summary>What is wrong with the path; only where it is not that both sides changed it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}

internal sealed record BrakeValue(string Brake, string Side, long Deleted, long Files);

internal sealed record ProblemValue(string Path, string Reason)
{
    public static ProblemValue Of(Problem problem) => new(problem.Path, problem.Reason);
}

internal sealed record MetricsValue(int FilesChanged, long BytesTransferred, long BytesReused, long BytesOnWire, long DurationMs)
{
    public static MetricsValue Of(SyncMetrics metrics) =>
        new(metrics.FilesChanged, metrics.BytesTransferred, metrics.BytesReused, metrics.BytesOnWire, (long)metrics.Duration.TotalMilliseconds);
}
