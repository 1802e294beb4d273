namespace OmnyDrive.Client.Retrying;

/// <summary>How long a transfer puts up with a bad connection.</summary>
internal sealed record TransferPatience
{
    /// <summary>The one that is in use; others are for tests.</summary>
    internal static TransferPatience Default { get; } = new();

    /// <summary>How long nothing may move in a body.</summary>
    internal TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often something is tried without getting further, the first time included.</summary>
    internal int Attempts { get; init; } = 5;

    /// <summary>The pause after the first failure; each further one is twice as long.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause.</summary>
    internal TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after the first failure a last attempt may begin.</summary>
    internal TimeSpan Total { get; init; } = TimeSpan.FromSeconds(60);
}
