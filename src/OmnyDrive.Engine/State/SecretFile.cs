using System.Security.Cryptography;
using System.Text;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.State;

/// <summary>A small file with a secret that only its owner reads and that is made once.</summary>
public static class SecretFile
{
    private const int MaxLength = 64 * 1024;
    private const uint OthersBits = 0x3F;

    /// <summary>
    /// The text in the file. Where there is none, <paramref name="make"/> draws it, and it is durable, mode 0600, when this returns; of several
    /// processes that come at once all get the same text. Throws <see cref="DriveException"/> <c>access_denied</c> where others can read
    /// the file, <c>io_error</c> where it cannot be read or written.
    /// </summary>
    /// <param name="directory">An existing directory.</param>
    /// <param name="name">The file's name in it.</param>
    /// <param name="make">Draws the secret; called at most once.</param>
    public static string ReadOrCreate(string directory, string name, Func<string> make)
    {
        if (!OperatingSystem.IsLinux())
            throw new DriveException(ErrorCode.NotSupported, "Keeping a secret in a file is supported on Linux so far.");
        using var place = LinuxDirectory.OpenRoot(directory);
        if (place.Stat(name) is null)
            Create(place, name, make());
        return Read(place, name);
    }

    // Complete and durable before it has its name; and whoever comes second finds the name taken and reads what is there.
    private static void Create(LinuxDirectory place, string name, string text)
    {
        var temporary = $"{name}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.new";
        try
        {
            using (var file = place.CreateNew(temporary, FileModes.PrivateFile))
            {
                place.Write(file, Encoding.UTF8.GetBytes(text), 0);
                place.Sync(file);
            }
            place.RenameNoReplace(temporary, place, name);
            place.Sync();
        }
        catch (FileOperationException e)
        {
            if (place.Stat(temporary) is not null)
                place.RemoveFile(temporary);
            if (e.Error != FileError.Exists)
                throw;
        }
    }

    private static string Read(LinuxDirectory place, string name)
    {
        using var file = place.OpenRead(name);
        var stat = place.Stat(file);
        var path = Path.Combine(place.Path, name);
        if ((stat.Mode & OthersBits) != 0)
            throw new DriveException(ErrorCode.AccessDenied, $"\"{path}\" holds a secret and is open to other users.", $"Close it and consider the secret as known: chmod 600 \"{path}\"");
        if (stat.Size is 0 or > MaxLength)
            throw new DriveException(ErrorCode.Io, $"\"{path}\" holds {stat.Size} bytes, which no secret of OmnyDrive has.", "Restore it from a backup.");
        var bytes = new byte[stat.Size];
        var length = 0;
        for (int read; length < bytes.Length && (read = place.Read(file, bytes.AsSpan(length), length)) > 0;)
            length += read;
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
