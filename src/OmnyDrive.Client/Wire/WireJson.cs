using System.Text.Json.Serialization;

namespace OmnyDrive.Client.Wire;

/// <summary>
/// How JSON is read and written on every route: camel case, required members required, null refused where it makes no sense, duplicate
/// names refused. A member that this build does not know is passed over, because a newer peer may have more.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(HubInfoDto))]
[JsonSerializable(typeof(EnrolRequest))]
[JsonSerializable(typeof(EnrolResponse))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(LoginResponse))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(DriveDto))]
[JsonSerializable(typeof(DriveListingDto))]
[JsonSerializable(typeof(DriveListDto))]
[JsonSerializable(typeof(ReportRequest))]
[JsonSerializable(typeof(RouteRequest))]
[JsonSerializable(typeof(RouteResponse))]
internal sealed partial class WireJson : JsonSerializerContext;
