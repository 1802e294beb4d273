using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;
using OmnyDrive.Engine.Tests.PowerCuts;

namespace OmnyDrive.Engine.Tests.Files;

/// <summary>Opens roots whose file layer fails as planned.</summary>
internal static class FaultyRoot
{
    internal static RootDirectory OpenAt(string path, FaultPlan plan) => RootDirectory.Over(new FaultyDirectory(LinuxDirectory.OpenRoot(path), plan));

    /// <summary>One that also writes down what is done to it.</summary>
    internal static RootDirectory OpenAt(OperationLog log, FaultPlan plan) => RootDirectory.Over(new FaultyDirectory(new RecordingDirectory(LinuxDirectory.OpenRoot(log.Root), log), plan));
}
