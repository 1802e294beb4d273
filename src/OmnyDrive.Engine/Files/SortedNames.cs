namespace OmnyDrive.Engine.Files;

/// <summary>Names in the order of their bytes.</summary>
internal interface ISortedNames
{
    int Count { get; }

    ReadOnlySpan<byte> NameAt(int index);
}

/// <summary>Finds names by halving.</summary>
internal static class SortedNames
{
    /// <summary>Where a name is; negative where it is not.</summary>
    internal static int Find<T>(in T names, ReadOnlySpan<byte> name)
        where T : ISortedNames, allows ref struct
    {
        int low = 0, high = names.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = names.NameAt(middle).SequenceCompareTo(name);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return -1;
    }
}
