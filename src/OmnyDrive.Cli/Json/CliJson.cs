using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmnyDrive.Cli.Json;

/// <summary>Serializers of everything that <c>--json</c> prints.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ErrorEnvelope))]
[JsonSerializable(typeof(ServerEvent))]
[JsonSerializable(typeof(LoginValue))]
[JsonSerializable(typeof(PublishValue))]
[JsonSerializable(typeof(UnpublishValue))]
[JsonSerializable(typeof(IReadOnlyList<DriveValue>))]
[JsonSerializable(typeof(CloneValue))]
[JsonSerializable(typeof(IReadOnlyList<MountValue>))]
[JsonSerializable(typeof(UnmountValue))]
[JsonSerializable(typeof(RepairValue))]
[JsonSerializable(typeof(SyncValue))]
[JsonSerializable(typeof(IReadOnlyList<GenerationValue>))]
[JsonSerializable(typeof(RewindValue))]
[JsonSerializable(typeof(IReadOnlyList<OpenConflictValue>))]
[JsonSerializable(typeof(ResolveValue))]
[JsonSerializable(typeof(VersionContentValue))]
[JsonSerializable(typeof(StatusValue))]
[JsonSerializable(typeof(DiffValue))]
[JsonSerializable(typeof(MountSettingsValue))]
[JsonSerializable(typeof(CredentialValue))]
[JsonSerializable(typeof(IReadOnlyList<CredentialValue>))]
[JsonSerializable(typeof(CredentialRemovedValue))]
[JsonSerializable(typeof(HashValue))]
[JsonSerializable(typeof(DirectoryHashValue))]
[JsonSerializable(typeof(DemoValue))]
[JsonSerializable(typeof(VersionValue))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>Writes paths as they are: the output goes to no web page.</summary>
    public static CliJson Shared { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultBufferSize = 64 << 10,
    });
}
