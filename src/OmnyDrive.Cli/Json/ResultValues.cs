using System.Text.Json.Serialization;

namespace OmnyDrive.Cli.Json;

/// <summary>One line of a server: <c>ready</c> with its URL, <c>stopped</c> at the end.</summary>
internal sealed record ServerEvent(string Event, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url = null);

/// <summary>The secret is there only when the endpoint was enrolled by this very command.</summary>
internal sealed record LoginValue(string Id, string Name, string Hub, string ServeUrl, bool Enrolled, string? Secret);

internal sealed record PublishValue(string Id, string Name, string Provider, string AccessMode, string Path, string? Ref);

internal sealed record UnpublishValue(string Id);

internal sealed record CloneValue(string MountId, string DriveId, string Path, string AccessMode, string? Ref, long Files, long Bytes, IReadOnlyList<ProblemValue> Problems);

internal sealed record UnmountValue(string MountId, string DriveId, string Path);

internal sealed record HashValue(string Path, string Hash, long Size);

internal sealed record DirectoryHashValue(string Path, string Hash, long Size, long Files, IReadOnlyList<ProblemValue> Problems);

internal sealed record VersionValue(string Version);

internal sealed record DemoValue(string Directory, bool Kept, IReadOnlyList<DemoStepValue> Steps);

internal sealed record DemoStepValue(string Why, string Command, int ExitCode, string Output);
