using OmnyDrive.Engine.Files;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>Which permission bits paths shall have that are brought back: those that they had. All others get what the umask leaves, or keep what is there.</summary>
/// <param name="modes">By path.</param>
internal sealed class GivenModes(IReadOnlyDictionary<DrivePath, uint> modes)
{
    internal static GivenModes None { get; } = new(new Dictionary<DrivePath, uint>());

    /// <summary>Of a file, the bits that it had if they agree with what its entry says, else <paramref name="otherwise"/> made to agree. Never set-id or sticky bits: they were given to another file.</summary>
    internal uint Of(DrivePath path, bool isExecutable, uint otherwise)
    {
        if (modes.TryGetValue(path, out var mode) && mode != 0 && isExecutable == ((mode & FileModes.OwnerExecute) != 0))
            return mode & FileModes.AllAll;
        return FileModes.WithExecutable(otherwise & FileModes.AllAll, isExecutable);
    }

    /// <summary>Of a directory; null where nothing is known of it.</summary>
    internal uint? Of(DrivePath directory) => modes.TryGetValue(directory, out var mode) && mode != 0 ? mode : null;
}
