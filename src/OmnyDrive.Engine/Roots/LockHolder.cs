using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Roots;

/// <summary>
/// Who holds a lock, in the lock's own file: process id and command, so that whoever is refused knows whom to wait for. It is only for people: what counts is the lock, which the system takes back from
/// a process that has ended.
/// </summary>
internal static class LockHolder
{
    // One size, so that nothing of a longer one before is left.
    private const int Size = 256;
    private const string OwnProgram = "omnydrive";

    private static readonly Lazy<byte[]> Self = new(Describe);

    /// <summary>Says that this process holds it. That it cannot be written, on a full disk for one, is no reason not to hold it.</summary>
    internal static void Write(IDirectoryHandle directory, SafeFileHandle file)
    {
        try
        {
            directory.Write(file, Self.Value, 0);
        }
        catch (FileOperationException)
        {
            // Then nobody is named.
        }
    }

    /// <summary>The holder, for a message; null where that cannot be told.</summary>
    internal static string? Read(RootDirectory root, string name)
    {
        try
        {
            using var directory = PrivateDirectory.OpenOrMake(root);
            using var file = directory.OpenRead(name);
            Span<byte> bytes = stackalloc byte[Size];
            var text = Encoding.UTF8.GetString(bytes[..directory.Read(file, bytes, 0)]).TrimEnd('\0', '\uFFFD');
            return text.Split('\t') is [var id, { Length: > 0 } command] && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                ? $"Process {process} ({new string([.. command.Select(c => char.IsControl(c) ? '?' : c)])})"
                : null;
        }
        catch (FileOperationException)
        {
            return null;
        }
    }

    private static byte[] Describe()
    {
        // A program that embeds this may have been given secrets; no command of our own that takes a lock is.
        var arguments = Environment.GetCommandLineArgs();
        var program = Path.GetFileNameWithoutExtension(arguments[0]);
        var command = program == OwnProgram ? string.Join(' ', arguments.Skip(1).Prepend(program)) : program;
        var text = Encoding.UTF8.GetBytes($"{Environment.ProcessId}\t{command}");
        var record = new byte[Size];
        text.AsSpan(0, Math.Min(text.Length, Size)).CopyTo(record);
        return record;
    }
}
