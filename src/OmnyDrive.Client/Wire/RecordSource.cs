using System.IO.Pipelines;

namespace OmnyDrive.Client.Wire;

/// <summary>Where a stream of records comes from.</summary>
/// <param name="From">The pipe.</param>
/// <param name="Most">The most bytes that the stream may have when it is unpacked.</param>
internal readonly record struct RecordSource(PipeReader From, long Most)
{
    public static implicit operator RecordSource(PipeReader from) => new(from, long.MaxValue);
}
