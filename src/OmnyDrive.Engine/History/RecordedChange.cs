using OmnyDrive.Reconciling;

namespace OmnyDrive.Engine.History;

/// <summary>A change of a generation, with what its entry does not say about what was there before.</summary>
/// <param name="Change">The change.</param>
/// <param name="Mode">The permission bits that the file or directory had; 0 where nothing was, and where nobody looked.</param>
internal readonly record struct RecordedChange(Change Change, uint Mode = 0);
