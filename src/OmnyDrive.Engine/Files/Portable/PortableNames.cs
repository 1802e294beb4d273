using System.Text;

namespace OmnyDrive.Engine.Files.Portable;

/// <summary>Names between .NET's text and UTF-8. Where the system's name is no text, .NET shows a replacement that names nothing.</summary>
internal static class PortableNames
{
    private const char Replacement = '\uFFFD';
    private const byte NoText = 0xFF;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A name or path in a directory as text; one that is none cannot be asked for.</summary>
    internal static string Text(ReadOnlySpan<byte> name, string directory) => System.Text.Unicode.Utf8.IsValid(name)
        ? Strict.GetString(name)
        : throw new FileOperationException(FileError.NotSupported, "look at", $"{directory}/{ListedName.Of(name).Name}", "the name is not valid UTF-8");

    /// <summary>A listed name as UTF-8; one that is no text as bytes that are none either, so that it is left out and reported as such.</summary>
    internal static byte[] Bytes(string directory, string name)
    {
        if (IsText(name) && !(name.Contains(Replacement, StringComparison.Ordinal) && PortableStat.Of(Path.Join(directory, name)) is null))
            return Strict.GetBytes(name);
        return [.. Encoding.UTF8.GetBytes(name), NoText];
    }

    /// <summary>The target of a link with slashes, as trees have it; null where it is no text or may be none.</summary>
    internal static string? Target(string target) => !IsText(target) || target.Contains(Replacement, StringComparison.Ordinal) ? null
        : OperatingSystem.IsWindows() ? target.Replace('\\', '/')
        : target;

    // Windows has names with halves of characters.
    private static bool IsText(string name)
    {
        foreach (var rune in name.AsSpan().EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && !name.Contains(Replacement, StringComparison.Ordinal))
                return false;
        }
        return true;
    }
}
