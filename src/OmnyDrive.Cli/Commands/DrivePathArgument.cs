using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Cli.Commands;

/// <summary>Arguments that name a path in a mount: as a path in the drive, or as a file on this machine that lies in the mount.</summary>
internal static class DrivePathArgument
{
    /// <summary>The path in the drive. A file that is there, seen from the current directory, counts before a path in the drive of the same name.</summary>
    public static DrivePath In(CommandContext context, MountInfo mount, string argument)
    {
        var full = context.FullPath(argument);
        var isInside = full.StartsWith(mount.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (isInside && Path.Exists(full))
            return DrivePath.Parse(full[(mount.Path.Length + 1)..]);
        if (full == mount.Path)
            return DrivePath.Root;
        if (Path.IsPathRooted(argument))
        {
            return isInside
                ? DrivePath.Parse(full[(mount.Path.Length + 1)..])
                : throw DriveException.Invalid($"\"{argument}\" does not lie in the mount {mount.Path}.", "Give a path in the drive, such as docs/plan.txt, or the path of a file in the mount.");
        }
        var plain = (argument.StartsWith("./", StringComparison.Ordinal) ? argument[2..] : argument).TrimEnd('/');
        return plain is "" or "." ? DrivePath.Root : DrivePath.Parse(plain);
    }
}
