using OmnyDrive.Client.Retrying;
using OmnyDrive.Transfer;

namespace OmnyDrive.Origins;

/// <summary>How content travels between this endpoint and an origin.</summary>
public sealed record TransferOptions
{
    /// <summary>The defaults.</summary>
    public static TransferOptions Default { get; } = new();

    /// <summary>When content is compressed on the wire, in both directions; <see cref="CompressionMode.Auto"/> by default.</summary>
    public CompressionMode Compression { get; init; }

    /// <summary>
    /// How many bytes a second may go over the wire, each way, by all streams together; null, the default, is without a limit. Bodies count, as they are
    /// sent. At least <see cref="SlowestLimit"/>; less throws <see cref="ArgumentOutOfRangeException"/>.
    /// </summary>
    public long? BytesPerSecond
    {
        get;
        init => field = value is null or >= SlowestLimit ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"A limit is {SlowestLimit} bytes a second at least.");
    }

    /// <summary>The lowest limit, 4,096 bytes a second: servers give up on streams that are much slower.</summary>
    public const long SlowestLimit = 4096;

    /// <summary>How long a bad connection is put up with.</summary>
    internal TransferPatience Patience { get; init; } = TransferPatience.Default;
}
