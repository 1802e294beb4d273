using System.Text.Json.Serialization;
using OmnyDrive.Engine;
using OmnyDrive.Git;

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

    /// <summary>Branches and commits; only of a git drive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GitValue? Git { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorValue? Error { get; init; }
}

/// <summary>What was done with the branches of a git drive, or would be, or why nothing was.</summary>
internal sealed record GitValue(string? Branch, int Ahead, int Behind, string Action)
{
    /// <summary>Whether what no commit had was committed.</summary>
    public bool Committed { get; init; }

    /// <summary>The branch at the origin that was moved or made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PushedTo { get; init; }

    /// <summary>The branch at the origin where the mount's commits wait that its branch of the same name lacks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WaitsOn { get; init; }

    /// <summary>Why another branch than the mount's took the work, or why the sync was refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    public static GitValue? Of(BranchSync? done) => done is null ? null : new GitValue(done.Branch, done.Ahead, done.Behind, done.Action switch
    {
        BranchAction.None => "none",
        BranchAction.Pull => "pull",
        BranchAction.Push => "push",
        BranchAction.PushToNewBranch => "push-to-new-branch",
        BranchAction.PushToWorkBranch => "push-to-work-branch",
        _ => "refuse",
    })
    {
        Committed = done.Commits,
        PushedTo = done.PushedTo,
        WaitsOn = done.WaitsOn,
        Reason = done.Reason,
    };

    public static GitValue? Of(BranchDivergence? refused) => refused is null ? null : new GitValue(refused.Branch, refused.Ahead, refused.Behind, "refuse")
    {
        Reason = refused.Why switch
        {
            BranchConflict.Diverged => "diverged",
            BranchConflict.OriginRewritten => "origin-rewritten",
            BranchConflict.ReadOnly => "read-only",
            BranchConflict.Uncommitted => "uncommitted",
            BranchConflict.Detached => "detached",
            _ => "unfinished",
        },
    };
}

[JsonConverter(typeof(ChangeValueConverter))]
internal sealed record ChangeValue(string Path, string Side, string Kind)
{
    /// <summary>Of a file that was moved here, where it was: the same content goes there by another of these changes. Left out of others.</summary>
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
