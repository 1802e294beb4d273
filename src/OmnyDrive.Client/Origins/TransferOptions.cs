using OmnyDrive.Transfer;

namespace OmnyDrive.Origins;

/// <summary>How content travels between this endpoint and an origin.</summary>
public sealed record TransferOptions
{
    /// <summary>The defaults.</summary>
    public static TransferOptions Default { get; } = new();

    /// <summary>When content is compressed on the wire, in both directions; <see cref="CompressionMode.Auto"/> by default.</summary>
    public CompressionMode Compression { get; init; }

    /// <summary>How many bytes a second may go over the wire, each way; null, the default, is without a limit.</summary>
    public long? BytesPerSecond { get; init; }
}
