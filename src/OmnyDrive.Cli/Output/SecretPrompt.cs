using System.Text;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Output;

/// <summary>Asks a person for a secret.</summary>
internal static class SecretPrompt
{
    private const int MostCharacters = 16 << 10;

    // How long a signal may have to wait.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// What the standard input has, without the end of its last line; at a terminal it is asked for, and what is typed does not show. Null where nothing comes. Ctrl-C throws <c>interrupted</c>, a signal
    /// <see cref="OperationCanceledException"/>; nothing is kept of what was typed.
    /// </summary>
    public static string? Read(string prompt, CancellationToken cancellation)
    {
        if (Console.IsInputRedirected)
            return All(Console.In);
        Console.Error.Write(prompt);
        var before = Console.TreatControlCAsInput;
        // As a signal it would reach a program that waits for a key.
        Console.TreatControlCAsInput = true;
        try
        {
            return Typed(cancellation);
        }
        finally
        {
            Console.TreatControlCAsInput = before;
            Console.Error.WriteLine();
        }
    }

    private static string? Typed(CancellationToken cancellation)
    {
        var typed = new StringBuilder();
        while (true)
        {
            var key = NextKey(cancellation);
            if (key.Key == ConsoleKey.Enter)
                return Found(typed);
            switch (key.Key, key.Modifiers.HasFlag(ConsoleModifiers.Control))
            {
                case (ConsoleKey.C, true):
                    throw new DriveException(ErrorCode.Interrupted, "Interrupted.", "Nothing was kept.");
                case (ConsoleKey.D, true):
                    return Found(typed);
                case (ConsoleKey.U, true):
                    typed.Clear();
                    break;
                case (ConsoleKey.Backspace, _):
                    typed.Length = Math.Max(0, typed.Length - 1);
                    break;
                default:
                    if (!char.IsControl(key.KeyChar) && typed.Length < MostCharacters)
                        typed.Append(key.KeyChar);
                    break;
            }
        }
    }

    private static ConsoleKeyInfo NextKey(CancellationToken cancellation)
    {
        while (!Console.KeyAvailable)
        {
            cancellation.ThrowIfCancellationRequested();
            Thread.Sleep(Look);
        }
        return Console.ReadKey(intercept: true);
    }

    private static string? Found(StringBuilder text) => text.Length == 0 ? null : text.ToString();

    private static string? All(TextReader input)
    {
        var text = new StringBuilder();
        for (int next; (next = input.Read()) >= 0 && text.Length < MostCharacters;)
            text.Append((char)next);
        return text.ToString().TrimEnd('\r', '\n') is { Length: > 0 } all ? all : null;
    }
}
