using OmnyDrive.Drives;
using OmnyDrive.Errors;

namespace OmnyDrive.Origins;

/// <summary>
/// The source of truth of a drive, near or far, whatever its kind: what all have in common. How content is read and written is told by <see cref="ITreeOrigin"/> and
/// <see cref="IGitOrigin"/>. All methods may be called concurrently. They throw <see cref="DriveException"/>: <c>origin_unreachable</c> where nobody answers, <c>root_missing</c> where the published
/// root is gone, <c>not_supported</c> where the drive is of another kind.
/// </summary>
public interface IOrigin : IAsyncDisposable
{
    /// <summary>The drive.</summary>
    DriveId Drive { get; }

    /// <summary>Where the origin stands, by a look at it that began after this call.</summary>
    Task<OriginHead> GetHeadAsync(CancellationToken cancellation = default);

    /// <summary>
    /// Whether the history of the origin has a state that it once told of. False where its directory came from a backup, or was published anew with other files: then what it holds now is not what became of
    /// that state. True where it keeps no history of its own.
    /// </summary>
    Task<bool> HasBeenAtAsync(OriginGeneration state, CancellationToken cancellation = default);
}
