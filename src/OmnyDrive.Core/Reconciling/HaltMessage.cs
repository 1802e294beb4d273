using OmnyDrive.Drives;

namespace OmnyDrive.Reconciling;

/// <summary>Says a halt to a person: what was seen, what it would have led to, that nothing was changed, and what to do next.</summary>
public static class HaltMessage
{
    /// <summary>What was seen.</summary>
    public static string Of(DriveId drive, IReadOnlyList<TrippedBrake> brakes) =>
        $"{string.Join(" ", brakes.Select(brake => Of(drive, brake)))} Nothing was changed on either side.";

    /// <summary>The next step.</summary>
    /// <param name="brakes">The brakes.</param>
    /// <param name="mount">The mount as a command takes it; null where it is not known.</param>
    public static string HintOf(IReadOnlyList<TrippedBrake> brakes, string? mount = null)
    {
        var allowed = string.Concat(brakes.Select(brake => $" --allow {brake.Brake.ToText()}").Distinct(StringComparer.Ordinal));
        return $"If that is meant: omnydrive sync {mount ?? "MOUNT"}{allowed}. If not, put the files back {string.Join(" and ", brakes.Select(WhereGone).Distinct(StringComparer.Ordinal))} and run omnydrive sync again.";
    }

    private static string Of(DriveId drive, TrippedBrake brake) =>
        $"{Amount(brake)} of {drive} {(brake.Deleted == 1 ? "is" : "are")} gone {(brake.Side == Side.Origin ? "from the mount" : "from the origin")} ({QuotedPaths.Of(brake.Examples, brake.Deleted)}). "
        + $"{(brake.Side == Side.Origin ? "A push would delete them at the origin" : "A pull would delete them in the mount")}, which looks like an accident ({brake.Brake.ToText()}).";

    private static string Amount(TrippedBrake brake) => brake.Brake switch
    {
        Brake.RootEmptied when brake.Deleted == 1 => "The only file",
        Brake.RootEmptied => $"All {brake.Deleted} files",
        _ => $"{brake.Deleted} of the {brake.Files} files",
    };

    private static string WhereGone(TrippedBrake brake) => brake.Side == Side.Origin ? "in the mount" : "at the origin";
}
