using System.CommandLine;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary>An argument that means a mount or a drive that this endpoint publishes.</summary>
/// <param name="Mount">The mount; null where it is a drive.</param>
/// <param name="Drive">The drive, or the one that the mount is of.</param>
/// <param name="Path">Where the mount lies; null where it is a drive.</param>
internal sealed record RootArgument(MountId? Mount, DriveId Drive, string? Path)
{
    /// <summary>How a person hears of it.</summary>
    public string Name => Path ?? Drive.ToString();

    public static Argument<string?> Optional(string name) => new(name)
    {
        Description = "The id of a mount, a path in one, or a drive that this endpoint publishes, by its id or a path in it (default: what is around the current directory)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The mount or drive that is meant. Of a path in both, the mount; the id of the drive means the drive.</summary>
    public static RootArgument Find(CommandContext context, LocalDriveEndpoint endpoint, string? argument)
    {
        var isPath = argument is null || System.IO.Path.Exists(context.FullPath(argument));
        if (!isPath && DriveId.TryParse(argument!, out var drive))
        {
            return drive.Endpoint == endpoint.Identity.Id
                ? new RootArgument(null, drive, null)
                : throw new DriveException(ErrorCode.DriveNotFound, $"This endpoint ({endpoint.Identity.Id}) does not publish {drive}.", "Give a mount of it, or run this where the drive is published.");
        }
        try
        {
            var mount = context.FindMount(endpoint, argument);
            return new RootArgument(mount.Id, mount.Drive, mount.Path);
        }
        catch (DriveException e) when (e.Code == ErrorCode.MountNotFound && isPath && endpoint.FindDrive(context.FullPath(argument ?? ".")) is not null)
        {
            return new RootArgument(null, endpoint.FindDrive(context.FullPath(argument ?? "."))!.Value, null);
        }
    }
}
