namespace OmnyDrive.Filtering;

/// <summary>What the rules of a directory say of one name in it.</summary>
public enum PathVerdict
{
    /// <summary>Left out: it is in no snapshot, and a directory is never entered, so nothing below it can be brought back.</summary>
    Filtered,

    /// <summary>In the drive.</summary>
    Kept,

    /// <summary>
    /// A directory that no <c>--include</c> pattern chose, but in which one may lie that is chosen: it is entered, and is in the
    /// drive only if something in it is. Never said of anything but a directory.
    /// </summary>
    OnTheWay,
}
