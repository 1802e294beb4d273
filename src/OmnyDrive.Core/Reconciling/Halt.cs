using OmnyDrive.Drives;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>A brake that a plan set off, and what was seen.</summary>
/// <param name="Brake">Which.</param>
/// <param name="Side">Where the files would be deleted; it is the other side that they are gone from.</param>
/// <param name="Deleted">How many files would be deleted; one that is moved is not.</param>
/// <param name="Files">How many files are there now. With <see cref="Brake.RootEmptied"/> symbolic links count in both numbers.</param>
/// <param name="Examples">The first few of those that would be deleted, sorted.</param>
public sealed record TrippedBrake(Brake Brake, Side Side, long Deleted, long Files, IReadOnlyList<DrivePath> Examples);

/// <summary>Why a sync was halted, and what each side did. Nothing was applied on either side.</summary>
/// <param name="Drive">The drive.</param>
/// <param name="Brakes">The brakes that the plan set off and nobody allowed: at least one, at most one for each side.</param>
/// <param name="LocalChanges">What the mount changed since the baseline.</param>
/// <param name="OriginChanges">What the origin changed since the baseline.</param>
public sealed record Halt(DriveId Drive, IReadOnlyList<TrippedBrake> Brakes, IReadOnlyList<Change> LocalChanges, IReadOnlyList<Change> OriginChanges);
