using System.Globalization;
using OmnyDrive.Drives;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.State;

/// <summary>A generation of an origin as a column of the state holds it: number, epoch and ref, or NULL.</summary>
internal static class StoredGeneration
{
    internal static string? Write(OriginGeneration? generation) => generation is null ? null : string.Create(CultureInfo.InvariantCulture, $"{generation.Number} {generation.Epoch} {generation.Ref}");

    internal static OriginGeneration Read(string text)
    {
        var parts = text.Split(' ');
        return new OriginGeneration(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], SyncRef.Parse(parts[2]));
    }
}
