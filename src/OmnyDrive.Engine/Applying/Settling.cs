using OmnyDrive.Engine.Scanning.Index;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// After an apply, waits until the times of written files and renamed directories lie far enough back for a look at them to vouch for them: then the next scan need not hash and list them.
/// </summary>
internal static class Settling
{
    internal static Task WaitAsync(ApplyOutcome outcome, TimeProvider time, CancellationToken cancellation) => outcome.MovedAlong.Count > 0 || outcome.Files.Values.Any(file => file is not null)
        ? Task.Delay(TimeSpan.FromMicroseconds(ScanIndex.SettlingNanoseconds / 1000 + 1000), time, cancellation)
        : Task.CompletedTask;
}
