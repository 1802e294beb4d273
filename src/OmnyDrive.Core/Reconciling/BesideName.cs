using System.Text;
using OmnyDrive.Drives;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Reconciling;

/// <summary>The name under which a mount's version is kept beside the origin's: <c>plan.txt</c> of beta becomes <c>plan.from-beta.txt</c>.</summary>
public static class BesideName
{
    // In bytes. A longer one is part of the name: there must be room for the endpoint.
    private const int LongestExtension = 32;

    /// <summary>The first such path that is free.</summary>
    /// <param name="path">The path in conflict.</param>
    /// <param name="endpoint">Whose version it is.</param>
    /// <param name="isTaken">Whether a path is taken, on either side.</param>
    public static DrivePath Of(DrivePath path, EndpointId endpoint, Func<DrivePath, bool> isTaken)
    {
        var name = path.Name;
        // A name that begins with its only dot has no extension.
        var dot = name.LastIndexOf('.');
        var (stem, extension) = dot > 0 && Encoding.UTF8.GetByteCount(name[dot..]) <= LongestExtension ? (name[..dot], name[dot..]) : (name, "");
        for (var number = 1; ; number++)
        {
            var tail = $".from-{endpoint}{(number == 1 ? "" : $"-{number}")}{extension}";
            var beside = path.Parent.Append(Shortened(stem, NameRules.MaxBytes - Encoding.UTF8.GetByteCount(tail)) + tail);
            if (!isTaken(beside))
                return beside;
        }
    }

    private static string Shortened(string stem, int room)
    {
        while (Encoding.UTF8.GetByteCount(stem) > room)
            stem = stem[..^(char.IsLowSurrogate(stem[^1]) ? 2 : 1)];
        return stem;
    }
}
