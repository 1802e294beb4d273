using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace OmnyDrive.Cli.Native;

/// <summary>
/// Lets the native binary be one file: its build embeds the SQLite library as a resource, which is loaded from memory here.
/// Other builds embed nothing and load the library that lies beside them.
/// </summary>
internal static partial class EmbeddedSqlite
{
    private const string Library = "e_sqlite3";
    private const string Resource = "libe_sqlite3.so";
    private const uint CloseOnExec = 1;

    /// <summary>Call before the first use of SQLite; costs nothing until then.</summary>
    public static void Register()
    {
        if (typeof(EmbeddedSqlite).Assembly.GetManifestResourceInfo(Resource) is not null)
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths) => name == Library ? Loaded.Handle : 0;

    // The runtime may ask from several threads; a static initializer runs once.
    private static class Loaded
    {
        public static readonly nint Handle = Load();
    }

    // The mapping that the loader makes outlives the descriptor.
    private static nint Load()
    {
        var descriptor = MemfdCreate(Resource, CloseOnExec);
        if (descriptor < 0)
            throw new DllNotFoundException($"No memory file for {Resource}: {Marshal.GetLastPInvokeErrorMessage()}");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        using var library = (UnmanagedMemoryStream)typeof(EmbeddedSqlite).Assembly.GetManifestResourceStream(Resource)!;
        WriteAll(descriptor, library);
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    // From where the resource lies in this process, without a copy between.
    private static unsafe void WriteAll(int descriptor, UnmanagedMemoryStream library)
    {
        while (library.Position < library.Length)
        {
            var written = Write(descriptor, library.PositionPointer, (nuint)(library.Length - library.Position));
            if (written <= 0)
                throw new DllNotFoundException($"{Resource} cannot be written to memory: {Marshal.GetLastPInvokeErrorMessage()}");
            library.Seek(written, SeekOrigin.Current);
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);
}
