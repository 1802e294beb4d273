namespace OmnyDrive.Engine.Syncing;

/// <summary>Counts what a transfer moves and reports it. Safe for concurrent use.</summary>
internal sealed class TransferMeter(long totalFiles, long totalBytes, IProgress<TransferProgress>? progress)
{
    private long _files, _bytes, _skipped;

    /// <summary>Bytes of contents that travelled.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    internal void AddBytes(int bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Report();
    }

    /// <summary>Bytes of contents that need not travel.</summary>
    internal long Reused => Interlocked.Read(ref _skipped);

    /// <summary>Bytes of all contents together.</summary>
    internal long TotalBytes => totalBytes;

    /// <summary>The same, where what was skipped in all is known.</summary>
    internal void SkipTo(long bytes)
    {
        Interlocked.Exchange(ref _skipped, bytes);
        Report();
    }

    /// <summary>Counts bytes that need not travel, because the receiver has them.</summary>
    internal void Skip(long bytes)
    {
        Interlocked.Add(ref _skipped, bytes);
        Report();
    }

    internal void AddFile() => Interlocked.Increment(ref _files);

    private void Report() =>
        progress?.Report(new TransferProgress(Interlocked.Read(ref _files), totalFiles, Math.Min(Bytes + Interlocked.Read(ref _skipped), totalBytes), totalBytes));
}
