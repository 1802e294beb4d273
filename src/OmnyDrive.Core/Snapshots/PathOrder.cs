namespace OmnyDrive.Snapshots;

/// <summary>Puts things into the order of their paths.</summary>
public static class PathOrder
{
    /// <summary>The things in the order of their paths, those of one path as they were; the same list where they are in order, as plans are.</summary>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> things, Func<T, DrivePath> pathOf)
    {
        for (var i = 1; i < things.Count; i++)
        {
            if (pathOf(things[i - 1]) > pathOf(things[i]))
                return [.. things.OrderBy(pathOf)];
        }
        return things;
    }
}
