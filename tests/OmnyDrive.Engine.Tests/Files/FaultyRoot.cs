using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;

namespace OmnyDrive.Engine.Tests.Files;

/// <summary>Opens roots whose file layer fails as planned.</summary>
internal static class FaultyRoot
{
    internal static RootDirectory OpenAt(string path, FaultPlan plan) => RootDirectory.Over(new FaultyDirectory(LinuxDirectory.OpenRoot(path), plan));
}
