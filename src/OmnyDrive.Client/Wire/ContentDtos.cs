using System.Text.Json.Serialization;

namespace OmnyDrive.Client.Wire;

/// <summary>Where an origin stands. A filter that is the default one is not sent, and peers older than filters send none.</summary>
internal sealed record HeadDto(
    string Ref, string AccessMode, IReadOnlyList<string> Capabilities, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FilterDto? Filter = null);

/// <summary>How a push ended.</summary>
internal sealed record PushResultDto(bool Landed, string Ref);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(HeadDto))]
[JsonSerializable(typeof(PushResultDto))]
internal sealed partial class ContentJson : JsonSerializerContext;
