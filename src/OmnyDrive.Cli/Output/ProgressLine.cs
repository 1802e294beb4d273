using OmnyDrive.Engine;

namespace OmnyDrive.Cli.Output;

/// <summary>One line on a terminal that is redrawn while a transfer runs, and is gone when it ends. Reports may come from several threads.</summary>
internal sealed class ProgressLine : IProgress<TransferProgress>, IDisposable
{
    private const string ClearLine = "\r\e[K";
    private const int Width = 24;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly TextWriter _terminal;
    private readonly string _verb;
    private long _lastDrawn;
    private bool _drawn, _ended;

    private ProgressLine(TextWriter terminal, string verb) => (_terminal, _verb) = (terminal, verb);

    /// <summary>A line, or null where there is no terminal to draw it on or nobody wants it.</summary>
    public static ProgressLine? On(Printer printer, string verb) => printer.ShowsProgress ? new ProgressLine(printer.ErrorWriter, verb) : null;

    public void Report(TransferProgress value)
    {
        lock (_gate)
        {
            if (_ended || (_drawn && TimeProvider.System.GetElapsedTime(_lastDrawn) < Between))
                return;
            (_drawn, _lastDrawn) = (true, TimeProvider.System.GetTimestamp());
            _terminal.Write($"{ClearLine}{_verb} {Bar(value)} {value.Files}/{value.TotalFiles} files, {Quantities.Bytes(value.Bytes)} of {Quantities.Bytes(value.TotalBytes)}");
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            if (_drawn)
                _terminal.Write(ClearLine);
        }
    }

    private static string Bar(TransferProgress value)
    {
        var share = value.TotalBytes > 0 ? (double)value.Bytes / value.TotalBytes : value.TotalFiles > 0 ? (double)value.Files / value.TotalFiles : 0;
        var filled = (int)(Math.Clamp(share, 0, 1) * Width);
        return $"[{new string('#', filled)}{new string('.', Width - filled)}]";
    }
}
