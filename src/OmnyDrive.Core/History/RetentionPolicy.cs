namespace OmnyDrive.History;

/// <summary>What one apply displaced, as retention sees it.</summary>
/// <param name="Name">The area of the trash.</param>
/// <param name="At">When it was filled.</param>
/// <param name="Bytes">What its files hold.</param>
/// <param name="IsOfLast">Whether the last sync displaced it.</param>
public readonly record struct TrashedArea(string Name, DateTimeOffset At, long Bytes, bool IsOfLast = false);

/// <summary>
/// How long displaced content is kept: as long as <paramref name="Age"/>, and not more than a share of the drive, whichever bites first. What the last apply displaced is kept
/// until it is too old, whatever its size.
/// </summary>
/// <param name="Age">How long; content of that age or older goes.</param>
/// <param name="Percent">How much, of the bytes that the drive's files have.</param>
public sealed record RetentionPolicy(TimeSpan Age, int Percent)
{
    /// <summary>30 days, 10 % of the drive.</summary>
    public static RetentionPolicy Default { get; } = new(TimeSpan.FromDays(30), 10);

    // A drive of a few files, or one that was emptied, keeps what it would have no share for.
    private const long LeastBytes = 64L << 20;

    /// <summary>The areas to remove now.</summary>
    /// <param name="areas">All that there are.</param>
    /// <param name="driveBytes">What the drive's files have.</param>
    /// <param name="now">The time. A clock that was set back removes nothing.</param>
    public IReadOnlyList<TrashedArea> Expired(IEnumerable<TrashedArea> areas, long driveBytes, DateTimeOffset now)
    {
        var room = Math.Max(LeastBytes, (long)Math.Min(driveBytes / 100m * Percent, long.MaxValue));
        var expired = new List<TrashedArea>();
        foreach (var area in areas.OrderByDescending(area => area.IsOfLast).ThenByDescending(area => area.At).ThenBy(area => area.Name, StringComparer.Ordinal))
        {
            if ((!area.IsOfLast && area.Bytes > room) || now - area.At >= Age)
                expired.Add(area);
            else
                room = Math.Max(0, room - area.Bytes);
        }
        return expired;
    }
}
