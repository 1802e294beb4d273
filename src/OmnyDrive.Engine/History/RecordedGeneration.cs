using OmnyDrive.History;

namespace OmnyDrive.Engine.History;

/// <summary>A generation as a log keeps it.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Area">The area of the trash that holds what it displaced; empty where it displaced nothing by our doing.</param>
/// <param name="Epoch">The epoch of the drive that it belongs to; of a mount, the sync that made it, empty where none did.</param>
internal sealed record RecordedGeneration(Generation Generation, string Area, string Epoch);
