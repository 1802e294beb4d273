namespace OmnyDrive.Server.Tests.Content.Corruption;

/// <summary>How much went one way: bytes, pieces that arrived at once, and records in streams that were looked into.</summary>
internal readonly record struct Traffic(long Bytes, long Pieces, long Records);
