using OmnyDrive.Drives;
using OmnyDrive.History;

namespace OmnyDrive.Engine.History;

/// <summary>The generation that is to come.</summary>
/// <param name="Role">Whose history it belongs to.</param>
/// <param name="Kind">What makes it.</param>
/// <param name="Ref">The state.</param>
/// <param name="Parent">The state before.</param>
/// <param name="At">The time.</param>
internal sealed record NextGeneration(HistoryRole Role, GenerationKind Kind, SyncRef Ref, SyncRef Parent, DateTimeOffset At)
{
    /// <summary>Whose doing it is, where that is known.</summary>
    internal EndpointId? Author { get; init; }

    /// <summary>The area of the trash that will hold what it displaces.</summary>
    internal string Area { get; init; } = "";

    /// <summary>The epoch of the drive; of a mount, the sync.</summary>
    internal string Epoch { get; init; } = "";
}
