using System.Text;

namespace OmnyDrive.Engine.Files;

/// <summary>A name as a directory lists it.</summary>
/// <param name="Name">The name; where <paramref name="IsText"/> is false, its bytes escaped for printing.</param>
/// <param name="IsText">Whether its bytes are UTF-8.</param>
internal readonly record struct ListedName(string Name, bool IsText)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static ListedName Of(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes)
        ? new ListedName(Strict.GetString(bytes), IsText: true)
        : new ListedName(Escaped(bytes), IsText: false);

    private static string Escaped(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes)
            text.Append(b is >= 0x20 and < 0x7F ? ((char)b).ToString() : $"\\x{b:x2}");
        return text.ToString();
    }
}

/// <summary>Lists a directory as names, for callers that look at few directories.</summary>
internal static class Listing
{
    /// <summary>All names but <c>.</c> and <c>..</c>, in the order of their bytes.</summary>
    internal static IReadOnlyList<ListedName> List(this IDirectoryHandle directory)
    {
        var names = new NameList();
        directory.List(names);
        names.Sort();
        var listed = new ListedName[names.Count];
        for (var i = 0; i < listed.Length; i++)
            listed[i] = ListedName.Of(names[i]);
        return listed;
    }
}
