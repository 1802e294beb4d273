namespace OmnyDrive.Drives;

/// <summary>Where a drive lies that its endpoint does not serve: peers go there by themselves, with credentials of their own.</summary>
/// <param name="Url">The place, which holds no secret.</param>
/// <param name="ProtectedBranches">Of a git drive, the branches that a push does not move, as its publisher chose; null where nobody chose.</param>
public sealed record DriveRemote(string Url, IReadOnlyList<string>? ProtectedBranches);
