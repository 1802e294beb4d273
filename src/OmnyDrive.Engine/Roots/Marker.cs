using System.Text.Json.Serialization;

namespace OmnyDrive.Engine.Roots;

/// <summary>
/// Says whose root a directory is: a published drive, a mount, or both. Below a root whose marker is missing or another's, nothing is
/// written, deleted or concluded.
/// </summary>
/// <param name="Version">Format of the marker.</param>
/// <param name="Drive">The drive published from here, if any.</param>
/// <param name="Mount">The mount that lies here, if any.</param>
internal sealed record Marker(int Version, DriveMark? Drive, MountMark? Mount)
{
    internal const int CurrentVersion = 1;

    internal static Marker Empty { get; } = new(CurrentVersion, null, null);
}

/// <param name="Id">The drive's id.</param>
/// <param name="Epoch">Drawn when the root was published; the state remembers it too.</param>
internal sealed record DriveMark(string Id, string Epoch);

/// <param name="Id">The mount's id.</param>
/// <param name="Drive">The drive it was cloned from.</param>
/// <param name="State"><see cref="Cloning"/> until the first baseline is durable, then <see cref="Ready"/>.</param>
internal sealed record MountMark(string Id, string Drive, string State)
{
    internal const string Cloning = "cloning";
    internal const string Ready = "ready";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Marker))]
internal sealed partial class MarkerJson : JsonSerializerContext;
