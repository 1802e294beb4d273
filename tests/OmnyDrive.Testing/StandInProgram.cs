namespace OmnyDrive.Testing;

/// <summary>A shell script that is found in place of a program, by all processes that this one starts, until it is disposed: no other test may run beside the one that uses it. One at a time: others wait.</summary>
public sealed class StandInProgram : IDisposable
{
    private static readonly SemaphoreSlim One = new(1);

    private readonly string? _before;

    /// <summary>Puts it there. <c>DIR</c> in the script is where it lies.</summary>
    public StandInProgram(string place, string name, string script)
    {
        One.Wait();
        Place = place;
        _before = Environment.GetEnvironmentVariable("PATH");
        var program = Path.Combine(place, name);
        File.WriteAllText(program, script.Replace("DIR", place, StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Environment.SetEnvironmentVariable("PATH", $"{place}:{_before}");
    }

    /// <summary>The directory that it lies in.</summary>
    public string Place { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _before);
        One.Release();
    }
}
