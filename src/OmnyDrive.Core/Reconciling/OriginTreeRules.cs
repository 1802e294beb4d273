using OmnyDrive.Filtering;

namespace OmnyDrive.Reconciling;

/// <summary>What an origin leaves out.</summary>
/// <param name="Now">By the ignore files that it has: what it lacks because of these it did not delete.</param>
/// <param name="After">By those that it will have once the mount's changes have landed: what it will leave out is not to be pushed.</param>
public sealed record OriginTreeRules(TreeRules Now, TreeRules After);
