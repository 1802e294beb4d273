using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Applying;

/// <summary>Where a file lies that waits for its place.</summary>
/// <param name="Directory">The directory; not to be disposed.</param>
/// <param name="Name">Its name there.</param>
internal readonly record struct FilePlace(IDirectoryHandle Directory, string Name);
