using System.Buffers;

namespace OmnyDrive.Snapshots;

/// <summary>The names that other systems allow and Windows does not.</summary>
internal static class WindowsNames
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>:\"|?*");

    /// <summary>Why Windows cannot hold <paramref name="name"/>, or null where it can.</summary>
    internal static string? Refusal(ReadOnlySpan<char> name)
    {
        if (name.IndexOfAny(Forbidden) is >= 0 and var at)
            return $"has a {name[at]}, which Windows does not allow in a name";
        if (name[^1] is '.' or ' ')
            return "ends with a dot or space, which Windows does not keep";
        return IsDevice(name) ? "is a device on Windows" : null;
    }

    // A device stays one with any extension, and with spaces before it.
    private static bool IsDevice(ReadOnlySpan<char> name)
    {
        var dot = name.IndexOf('.');
        var stem = (dot < 0 ? name : name[..dot]).TrimEnd(' ');
        return Is(stem, "CON") || Is(stem, "PRN") || Is(stem, "AUX") || Is(stem, "NUL") || Is(stem, "CONIN$") || Is(stem, "CONOUT$") || IsPort(stem);
    }

    private static bool IsPort(ReadOnlySpan<char> stem) =>
        stem.Length == 4 && (Is(stem[..3], "COM") || Is(stem[..3], "LPT")) && stem[3] is (>= '1' and <= '9') or '¹' or '²' or '³';

    private static bool Is(ReadOnlySpan<char> stem, string device) => stem.Equals(device, StringComparison.OrdinalIgnoreCase);
}
