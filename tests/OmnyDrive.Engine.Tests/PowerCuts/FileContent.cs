namespace OmnyDrive.Engine.Tests.PowerCuts;

/// <summary>What an inode of a file holds.</summary>
internal sealed record FileContent(byte[] Bytes, uint Mode, long Modified)
{
    internal static FileContent OfNew(uint mode, long modified) => new([], mode, modified);

    /// <summary>With the first <paramref name="length"/> of the bytes of a write, if any; the file is as long as the whole write makes it.</summary>
    internal FileContent With(Operation.Write write, int length)
    {
        var bytes = Bytes;
        if (bytes.Length < write.Offset + write.Bytes.Length)
            Array.Resize(ref bytes, (int)write.Offset + write.Bytes.Length);
        else
            bytes = [.. bytes];
        write.Bytes.AsSpan(0, length).CopyTo(bytes.AsSpan((int)write.Offset));
        return this with { Bytes = bytes, Modified = write.Modified };
    }

    internal FileContent With(Operation.Attributes set) => this with { Mode = set.Mode ?? Mode, Modified = set.Modified ?? Modified };
}
