using System.Globalization;

namespace OmnyDrive.Cli.Output;

/// <summary>How amounts are written for a person.</summary>
internal static class Quantities
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary><c>512 bytes</c>, <c>1.4 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        if (bytes < 1024)
            return Count(bytes, "byte");
        var (value, unit) = (bytes / 1024.0, 0);
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    /// <summary><c>1 file</c>, <c>3 files</c>.</summary>
    public static string Count(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary><c>84 ms</c>, <c>2.1 s</c>.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    /// <summary>The first 12 digits of a ref, enough for a person to tell two apart.</summary>
    public static string Short(string? reference) => reference is null ? "-" : reference.Length > 16 ? reference[..16] : reference;
}
