using System.Text.Json.Serialization;
using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Client.Wire;

/// <summary>Where an origin stands. A filter that is the default one is not sent, and peers older than filters send none; so it is with a generation.</summary>
internal sealed record HeadDto(
    string Ref,
    string AccessMode,
    IReadOnlyList<string> Capabilities,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FilterDto? Filter = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GenerationDto? Generation = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? ProtectedBranches = null)
{
    /// <summary>Checks the branches that a peer named; throws <see cref="DriveException"/> <c>protocol_error</c> where one is none.</summary>
    internal IReadOnlyList<string>? ReadProtectedBranches()
    {
        try
        {
            // JSON's annotations do not reach into lists.
            return ProtectedBranches is null ? null : OmnyDrive.Git.ProtectedBranches.Checked([.. ProtectedBranches.Select(name => name ?? "")]);
        }
        catch (DriveException e)
        {
            throw DriveException.Protocol($"The origin told protected branches that are none: {e.Message}");
        }
    }
}

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

/// <summary>Paths of which the authors are asked for.</summary>
internal sealed record PathsDto(IReadOnlyList<string> Paths);

/// <summary>Who changed paths last.</summary>
internal sealed record AuthorsDto(IReadOnlyList<AuthorDto> Authors);

/// <summary>Who changed a path last; null where it was changed in the directory itself.</summary>
internal sealed record AuthorDto(string Path, string? Author, DateTimeOffset At)
{
    internal static AuthorDto Of(PathAuthor author) => new(author.Path.ToString(), author.Author?.Value, author.At);

    internal static PathAuthor Read(AuthorDto author) => new(DrivePath.Parse(author.Path), author.Author is null ? null : EndpointId.Parse(author.Author), author.At);
}

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
[JsonSerializable(typeof(PathsDto))]
[JsonSerializable(typeof(AuthorsDto))]
internal sealed partial class ContentJson : JsonSerializerContext;
