namespace OmnyDrive.Engine.Syncing;

/// <summary>Counts what a transfer moves and reports it. Safe for concurrent use.</summary>
internal sealed class TransferMeter(long totalFiles, long totalBytes, IProgress<TransferProgress>? progress)
{
    private long _files, _bytes;

    internal long Bytes => Interlocked.Read(ref _bytes);

    internal void AddBytes(int bytes)
    {
        var sum = Interlocked.Add(ref _bytes, bytes);
        progress?.Report(new TransferProgress(Interlocked.Read(ref _files), totalFiles, sum, totalBytes));
    }

    internal void AddFile() => Interlocked.Increment(ref _files);
}
