using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>
/// The bytes of an index, outside the garbage-collected heap: a mapped file or plain memory. Freed when nobody refers to it any more; whoever reads keeps it
/// alive to the end of the reading.
/// </summary>
internal abstract unsafe class IndexMemory
{
    private protected byte* Start { get; set; }

    internal long Length { get; private protected init; }

    /// <summary>A part; throws where it is not inside.</summary>
    internal ReadOnlySpan<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new ReadOnlySpan<byte>(Start + offset, length);
    }

    /// <summary>Lets the system take the pages back that are not needed just now; reading brings them again.</summary>
    internal virtual void Relax()
    {
    }

    /// <summary>Maps an open file; the caller closes it.</summary>
    internal static IndexMemory Map(FileStream file) => new Mapped(file);

    /// <summary>Plain memory of that length, to be written once by <paramref name="write"/>.</summary>
    internal static IndexMemory Allocate(long length, Action<Stream> write) => new Plain(length, write);

    private sealed class Mapped : IndexMemory
    {
        private readonly MemoryMappedViewAccessor _view;

        internal Mapped(FileStream file)
        {
            using var mapped = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            Length = file.Length;
            _view = mapped.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            Start = start + _view.PointerOffset;
        }

        ~Mapped()
        {
            if (Start is not null)
                _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        internal override void Relax()
        {
            Files.FilePages.Release(Start, Length);
            GC.KeepAlive(this);
        }
    }

    private sealed class Plain : IndexMemory
    {
        internal Plain(long length, Action<Stream> write)
        {
            Start = (byte*)NativeMemory.Alloc((nuint)length);
            Length = length;
            GC.AddMemoryPressure(length);
            using var stream = new UnmanagedMemoryStream(Start, 0, length, FileAccess.Write);
            write(stream);
        }

        ~Plain()
        {
            NativeMemory.Free(Start);
            Start = null;
            GC.RemoveMemoryPressure(Length);
        }
    }
}
