using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Applying.Journaling;

/// <summary>
/// What an apply was about to do, in <c>.omnydrive/journal</c> while it does it: made durable before the first path is touched, removed when all that was done is durable.
/// It belongs to the root; whoever takes the root's lock and finds one finishes or undoes it (<see cref="JournalRecovery"/>).
/// </summary>
/// <param name="Area">The name of the trash area that holds what was displaced.</param>
/// <param name="IsWhole">Whether all steps are made or none, as for a push; else each change stands for itself.</param>
/// <param name="Steps">The steps in their order.</param>
internal sealed record Journal(string Area, bool IsWhole, IReadOnlyList<JournalStep> Steps)
{
    /// <summary>Whether a root has one. Without the root's lock, that may be of an apply that is going on.</summary>
    internal static bool IsThere(RootDirectory root) => root.Stat(RootLayout.Private.Append(RootLayout.Journal)) is not null;

    /// <summary>Makes it durable. The caller holds the root's lock, and there is none.</summary>
    internal void Write(RootDirectory root)
    {
        using var directory = PrivateDirectory.OpenOrMake(root);
        var temporary = $"{RootLayout.Journal}.new";
        if (directory.Stat(temporary) is not null)
            directory.RemoveFile(temporary);
        using (var file = directory.CreateNew(temporary, FileModes.PrivateFile))
        {
            WriteTo(directory, file);
            directory.Sync(file);
        }
        directory.RenameNoReplace(temporary, directory, RootLayout.Journal);
        directory.Sync();
    }

    /// <summary>Says durably that the apply has ended, one way or the other.</summary>
    internal static void Remove(RootDirectory root)
    {
        using var directory = PrivateDirectory.OpenOrMake(root);
        directory.RemoveFile(RootLayout.Journal);
        directory.Sync();
    }

    /// <summary>The same where there may be none.</summary>
    internal static void RemoveIfThere(RootDirectory root)
    {
        if (IsThere(root))
            Remove(root);
    }

    /// <summary>
    /// The journal of a root; null where there is none. Throws <c>unsupported_version</c> or <c>io_error</c> for one that cannot be read: nothing may be changed below the root then.
    /// </summary>
    internal static Journal? Read(RootDirectory root)
    {
        if (!IsThere(root))
            return null;
        using var directory = PrivateDirectory.OpenOrMake(root);
        using var file = directory.OpenRead(RootLayout.Journal);
        try
        {
            return ReadFrom(directory, file, root.Top.Path);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(root.Top.Path, e);
        }
    }

    private void WriteTo(IDirectoryHandle directory, SafeFileHandle file)
    {
        var writer = new SealedWriter(directory, file, JournalFormat.LongestRecord);
        writer.Advance(EncodeHeader(writer.Next()));
        foreach (var step in Steps)
            writer.Advance(JournalFormat.Encode(step, writer.Next()));
        writer.Seal();
    }

    // Magic, version, whether it is whole, the length of the area's name, the number of steps, the name.
    private int EncodeHeader(Span<byte> into)
    {
        JournalFormat.Magic.CopyTo(into);
        BinaryPrimitives.WriteUInt32BigEndian(into[8..], JournalFormat.Version);
        into[12] = IsWhole ? (byte)1 : (byte)0;
        into[13] = checked((byte)Encoding.UTF8.GetByteCount(Area));
        BinaryPrimitives.WriteUInt32BigEndian(into[16..], (uint)Steps.Count);
        return JournalFormat.HeaderSize + Encoding.UTF8.GetBytes(Area, into[JournalFormat.HeaderSize..]);
    }

    private static Journal ReadFrom(IDirectoryHandle directory, SafeFileHandle file, string root)
    {
        var source = SealedBytes.Open(directory, file, JournalFormat.HeaderSize, JournalFormat.LongestRecord);
        var header = source.Peek(JournalFormat.HeaderSize);
        if (!header.StartsWith(JournalFormat.Magic))
            throw new InvalidDataException("it does not begin as one");
        if (BinaryPrimitives.ReadUInt32BigEndian(header[8..]) is not JournalFormat.Version and var version)
            throw new DriveException(ErrorCode.UnsupportedVersion, $"The journal of \"{root}\" has version {version}; this build knows {JournalFormat.Version}.", "Update OmnyDrive on this machine; until then nothing is changed there.");
        var (isWhole, nameLength, count) = (header[12] != 0, header[13], BinaryPrimitives.ReadUInt32BigEndian(header[16..]));
        source.Skip(JournalFormat.HeaderSize);
        var area = Encoding.UTF8.GetString(source.Peek(nameLength)[..nameLength]);
        source.Skip(nameLength);
        var steps = new List<JournalStep>();
        for (var i = 0; i < count; i++)
        {
            steps.Add(JournalFormat.Decode(source.Peek(JournalFormat.LongestRecord), out var length));
            source.Skip(length);
        }
        return new Journal(area, isWhole, steps);
    }

    private static DriveException Damaged(string root, InvalidDataException e) =>
        new(ErrorCode.Io, $"The journal of \"{root}\" is damaged: {e.Message}. Some of an interrupted push or pull may be in place and the rest not.",
            "Nothing was changed. What was displaced is in .omnydrive/trash; look there, then remove .omnydrive/journal and run the command again.", e);
}
