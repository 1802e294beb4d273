using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace OmnyDrive.Testing;

/// <summary>Makes what .NET cannot: FIFOs, names and targets that are no text, hard links, access control lists.</summary>
public static class OddFiles
{
    private const int AnyMode = 0x1B6;

    /// <summary>A FIFO: whoever opens it for reading and does not take care waits for a writer.</summary>
    public static void Fifo(string path) => Check(mkfifo(Bytes(path), AnyMode), path);

    /// <summary>A socket that nobody listens on any more.</summary>
    public static void Socket(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        // Closing removes the name again, so it is given a second one that stays.
        HardLink(path, path + "~");
        socket.Close();
        File.Delete(path);
        Check(rename(Bytes(path + "~"), Bytes(path)), path);
    }

    /// <summary>A file whose name is made of these bytes, whatever they are.</summary>
    public static void FileNamed(string directory, ReadOnlySpan<byte> name)
    {
        var plain = Path.Combine(directory, Guid.NewGuid().ToString("N"));
        File.WriteAllText(plain, "a file with an odd name");
        Check(rename(Bytes(plain), [.. Encoding.UTF8.GetBytes(directory + "/"), .. name, 0]), directory);
    }

    /// <summary>A link whose target is made of these bytes.</summary>
    public static void LinkTo(ReadOnlySpan<byte> target, string path) => Check(symlink([.. target, 0], Bytes(path)), path);

    /// <summary>A second name for a file.</summary>
    public static void HardLink(string existing, string path) => Check(link(Bytes(existing), Bytes(path)), path);

    /// <summary>Gives a directory a list that everything made in it gets: the owner may all, the group read, others nothing.</summary>
    public static void SetDefaultAcl(string directory)
    {
        byte[] list = [2, 0, 0, 0, .. AclEntry(1, 7), .. AclEntry(4, 5), .. AclEntry(0x20, 0)];
        Check(setxattr(Bytes(directory), Bytes("system.posix_acl_default"), list, (nuint)list.Length, 0), directory);
    }

    private static byte[] AclEntry(byte tag, byte permissions) => [tag, 0, permissions, 0, 0xFF, 0xFF, 0xFF, 0xFF];

    private static byte[] Bytes(string path) => [.. Encoding.UTF8.GetBytes(path), 0];

    private static void Check(int result, string path)
    {
        if (result != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), path);
    }

#pragma warning disable SYSLIB1054, CA5392 // No generated marshalling is needed for bytes, and libc is where the system has it.
    [DllImport("libc", SetLastError = true)]
    private static extern int mkfifo(byte[] path, uint mode);

    [DllImport("libc", SetLastError = true)]
    private static extern int rename(byte[] from, byte[] to);

    [DllImport("libc", SetLastError = true)]
    private static extern int symlink(byte[] target, byte[] path);

    [DllImport("libc", SetLastError = true)]
    private static extern int link(byte[] existing, byte[] path);

    [DllImport("libc", SetLastError = true)]
    private static extern int setxattr(byte[] path, byte[] name, byte[] value, nuint size, int flags);
#pragma warning restore SYSLIB1054, CA5392
}
