using OmnyDrive.Drives;
using OmnyDrive.Engine.Roots;

namespace OmnyDrive.Engine.Origins;

/// <summary>A published directory as the endpoint's state keeps it.</summary>
internal sealed record PublishedRoot(DriveId Drive, string Path, AccessMode AccessMode, RootIdentity Identity);
