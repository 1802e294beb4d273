using System.IO.Pipelines;
using OmnyDrive.Transfer;

namespace OmnyDrive.Client.Wire;

/// <summary>Where a stream of records goes.</summary>
/// <param name="To">The pipe.</param>
/// <param name="Packing">Decides what is packed; null where the other side does not read packed records or does not want them.</param>
internal readonly record struct RecordTarget(PipeWriter To, CompressionPolicy? Packing)
{
    public static implicit operator RecordTarget(PipeWriter to) => new(to, null);
}
