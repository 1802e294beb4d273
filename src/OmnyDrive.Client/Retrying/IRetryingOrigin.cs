using OmnyDrive.Origins;

namespace OmnyDrive.Client.Retrying;

/// <summary>An <see cref="IOrigin"/> behind a connection that may break.</summary>
public interface IRetryingOrigin
{
    /// <summary>How to repeat what broke. The origin applies it by itself to everything but streams of contents, of which only the caller knows what has arrived.</summary>
    TransientRetry Retry { get; }
}
