using System.Text;

namespace OmnyDrive.Cli.Output;

/// <summary>Asks a person for a secret.</summary>
internal static class SecretPrompt
{
    private const int MostCharacters = 16 << 10;

    /// <summary>One line of the standard input; at a terminal it is asked for, and what is typed does not show. Null where nothing comes.</summary>
    public static string? Read(string prompt)
    {
        if (Console.IsInputRedirected)
            return Line(Console.In);
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (key.KeyChar is not '\0' && typed.Length < MostCharacters)
                typed.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.Length == 0 ? null : typed.ToString();
    }

    private static string? Line(TextReader input)
    {
        var line = new StringBuilder();
        for (int next; (next = input.Read()) is not (-1 or '\n') && line.Length < MostCharacters;)
            line.Append((char)next);
        return line.Length == 0 ? null : line.ToString().TrimEnd('\r');
    }
}
