using System.ComponentModel;
using System.Diagnostics;

namespace OmnyDrive.Cli.Output;

/// <summary>Where long results go: on a terminal through <c>$PAGER</c> (<c>less</c> by default; <c>cat</c> or nothing for none), else straight out.</summary>
internal sealed class Pager : IAsyncDisposable
{
    private readonly TextWriter _out;
    private readonly Process? _pager;

    private Pager(TextWriter output, Process? pager, bool color) => (_out, _pager, Color) = (output, pager, color);

    /// <summary>Whether colours make sense.</summary>
    public bool Color { get; }

    public static Pager Open(CliEnvironment environment, Printer printer)
    {
        var color = environment.OutIsTerminal && printer.AllowsColor;
        var command = environment.Variable("PAGER") ?? "less";
        if (!environment.OutIsTerminal || command is "" or "cat")
            return new Pager(environment.Out, null, color);
        var start = new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardInput = true };
        // As git does: end where it fits on a page, keep colours, leave the text on the screen.
        if (environment.Variable("LESS") is null)
            start.Environment["LESS"] = "FRX";
        try
        {
            var pager = Process.Start(start)!;
            return new Pager(pager.StandardInput, pager, color);
        }
        catch (Win32Exception)
        {
            return new Pager(environment.Out, null, color);
        }
    }

    /// <summary>Writes; false where the reader has left.</summary>
    public bool TryWrite(string text)
    {
        try
        {
            _out.Write(text);
            return true;
        }
        catch (IOException) when (_pager is not null)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_pager is null)
            return;
        try
        {
            await _out.DisposeAsync();
        }
        catch (IOException)
        {
            // The reader has left.
        }
        await _pager.WaitForExitAsync();
        _pager.Dispose();
    }
}
