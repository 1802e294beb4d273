using OmnyDrive.Drives;
using OmnyDrive.Origins;

namespace OmnyDrive.Server.Tests.Origins;

internal static class PushOutcome
{
    /// <summary>How a push ended, but for the generation that it made.</summary>
    internal static (bool Landed, SyncRef Ref) Outcome(PushResult result) => (result.Landed, result.Ref);
}
