using System.Text.Json.Serialization;
using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Origins;

namespace OmnyDrive.Client.Wire;

/// <summary>Where an origin stands. A filter that is the default one is not sent, and peers older than filters send none; so it is with a generation.</summary>
internal sealed record HeadDto(
    string Ref,
    string AccessMode,
    IReadOnlyList<string> Capabilities,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FilterDto? Filter = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GenerationDto? Generation = null);

/// <summary>A generation of an origin; the ref is told beside it.</summary>
internal sealed record GenerationDto(long Number, string Epoch)
{
    internal static GenerationDto? Of(OriginGeneration? generation) => generation is null ? null : new GenerationDto(generation.Number, generation.Epoch);

    internal static OriginGeneration? Read(GenerationDto? generation, SyncRef state)
    {
        if (generation is null)
            return null;
        return generation.Number > 0 && generation.Epoch.Length <= OriginGeneration.MaxEpochLength && generation.Epoch.All(char.IsAsciiLetterOrDigit)
            ? new OriginGeneration(generation.Number, generation.Epoch, state)
            : throw DriveException.Protocol("The origin tells a generation that cannot be.");
    }
}

/// <summary>Whether a state is in the history of an origin.</summary>
internal sealed record HasBeenAtDto(bool Known);

/// <summary>How a push ended.</summary>
internal sealed record PushResultDto(bool Landed, string Ref, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GenerationDto? Generation = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(HeadDto))]
[JsonSerializable(typeof(PushResultDto))]
[JsonSerializable(typeof(HasBeenAtDto))]
internal sealed partial class ContentJson : JsonSerializerContext;
