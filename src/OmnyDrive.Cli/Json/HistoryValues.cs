using System.Text.Json.Serialization;
using OmnyDrive.History;

namespace OmnyDrive.Cli.Json;

/// <summary>A generation. <c>changes</c> is null where nobody knows which paths changed.</summary>
internal sealed record GenerationValue(long Generation, string Kind, string Ref, string Parent, string? Author, DateTimeOffset At, int? Changes)
{
    /// <summary>How many paths were added, modified and deleted; together they are <see cref="Changes"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CountsValue? Counts { get; init; }

    /// <summary>The first line of what a commit says; only of a git drive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subject { get; init; }

    public static GenerationValue Of(Generation generation) => new(
        generation.Number, NameOf(generation.Kind), generation.Ref.ToString(), generation.Parent.ToString(), generation.Author?.Value ?? generation.Commit?.Person, generation.At, generation.Counts?.Total)
    {
        Subject = generation.Commit?.Subject,
        Counts = generation.Counts is { } counts ? new CountsValue(counts.Added, counts.Modified, counts.Deleted) : null,
    };

    private static string NameOf(GenerationKind kind) => kind switch
    {
        GenerationKind.First => "first",
        GenerationKind.Edit => "edit",
        GenerationKind.Push => "push",
        GenerationKind.Pull => "pull",
        GenerationKind.Restore => "restore",
        GenerationKind.Commit => "commit",
        _ => "undo",
    };
}

internal sealed record CountsValue(int Added, int Modified, int Deleted);

/// <summary>What <c>undo</c> or <c>restore</c> did: <c>status</c> is <c>undone</c>, <c>restored</c>, or <c>clean</c> where all was so already.</summary>
internal sealed record RewindValue(string? MountId, string? DriveId, string Status, long Generation, string Ref, int AppliedChanges, IReadOnlyList<ChangeValue> Changes);
