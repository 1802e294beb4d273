namespace OmnyDrive.Errors;

/// <summary>How commands that a message gives to paste, and those that a shell runs, name what somebody else chose.</summary>
public static class ShellWord
{
    /// <summary>The text as a POSIX shell takes it for one word: as it is where nothing in it means more to a shell, else in single quotes.</summary>
    public static string Of(string text) => IsPlain(text) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>The same for a relative path, which no command takes for an option.</summary>
    public static string OfPath(string path) => IsPlain(path) && path[0] != '-' ? path : Of($"./{path}");

    private static bool IsPlain(string text) => text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '+' or ':' or '@' or '%' or ',');
}
