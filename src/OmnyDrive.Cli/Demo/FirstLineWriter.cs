using System.Text;

namespace OmnyDrive.Cli.Demo;

/// <summary>Collects what a command writes, from any thread, and tells when the first line is complete.</summary>
internal sealed class FirstLineWriter : TextWriter
{
    private readonly TaskCompletionSource _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _text = new();
    private readonly Lock _gate = new();

    public override Encoding Encoding => Encoding.UTF8;

    public Task FirstLine => _firstLine.Task;

    public string Text
    {
        get
        {
            lock (_gate)
                return _text.ToString();
        }
    }

    public override void Write(char value)
    {
        lock (_gate)
            _text.Append(value);
        if (value == '\n')
            _firstLine.TrySetResult();
    }
}
