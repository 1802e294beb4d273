using OmnyDrive.Engine.Providers.Directory;
using OmnyDrive.Engine.Providers.Git;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Providers;

/// <summary>The kinds of drive that this build knows.</summary>
internal static class DriveProviders
{
    private static readonly IDriveProvider[] All = [new DirectoryProvider(), new GitProvider()];

    /// <summary>The provider of that name; throws <c>not_supported</c> for a kind that a newer peer may have.</summary>
    internal static IDriveProvider Get(string name) => All.FirstOrDefault(provider => provider.Name == name)
        ?? throw new DriveException(ErrorCode.NotSupported, $"This build does not know drives of kind \"{name}\".", "Update OmnyDrive on this machine.");
}
