using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Applying;

/// <summary>The permissions of a new file: what the umask leaves of read and write for all.</summary>
internal static class NewFileMode
{
    // The system call that reads the umask also sets it, for all threads; the kernel shows it without that.
    private static readonly Lazy<uint> Cached = new(() =>
    {
        const string field = "Umask:";
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
        var umask = line is null ? 0x12 : Convert.ToUInt32(line[field.Length..].Trim(), 8);
        return FileModes.ReadWriteAll & ~umask;
    });

    internal static uint Value => Cached.Value;
}
