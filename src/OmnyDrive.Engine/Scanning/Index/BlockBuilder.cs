using System.Runtime.InteropServices;

namespace OmnyDrive.Engine.Scanning.Index;

/// <summary>Makes the block of one directory after the other. Not safe for concurrent use.</summary>
internal sealed class BlockBuilder
{
    private const int SlabSize = 1 << 20;

    private EntryRecord[] _records = new EntryRecord[64];
    private byte[] _text = new byte[4 << 10];
    private byte[] _slab = [];
    private int _textEnd, _slabEnd;

    internal int Count { get; private set; }

    internal void Begin() => (Count, _textEnd) = (0, 0);

    /// <summary>Adds a record with its name (and target, of a link); returns its place.</summary>
    internal int Add(EntryRecord record, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target = default)
    {
        if (Count == _records.Length)
            Array.Resize(ref _records, 2 * Count);
        (record.NameOffset, record.NameLength) = (Append(name), (byte)name.Length);
        if (record.Kind == RecordKind.Symlink)
            (record.Size, record.Extra) = (Append(target), (uint)target.Length);
        _records[Count] = record;
        return Count++;
    }

    /// <summary>The block. Blocks share slabs, so that a million small ones are not a million objects.</summary>
    internal Memory<byte> Finish()
    {
        var table = Count * EntryRecord.Bytes;
        foreach (ref var record in _records.AsSpan(0, Count))
        {
            record.NameOffset += (uint)table;
            if (record.Kind == RecordKind.Symlink)
                record.Size += table;
        }
        var block = Take(table + _textEnd);
        MemoryMarshal.AsBytes(_records.AsSpan(0, Count)).CopyTo(block.Span);
        _text.AsSpan(0, _textEnd).CopyTo(block.Span[table..]);
        return block;
    }

    // Records are read where they lie, so blocks begin and end at multiples of eight.
    private Memory<byte> Take(int length)
    {
        var padded = (length + 7) & ~7;
        if (padded > SlabSize / 4)
            return new byte[padded];
        if (_slab.Length - _slabEnd < padded)
            (_slab, _slabEnd) = (new byte[SlabSize], 0);
        _slabEnd += padded;
        return _slab.AsMemory(_slabEnd - padded, padded);
    }

    private uint Append(ReadOnlySpan<byte> text)
    {
        if (_text.Length - _textEnd < text.Length)
            Array.Resize(ref _text, Math.Max(2 * _text.Length, _textEnd + text.Length));
        text.CopyTo(_text.AsSpan(_textEnd));
        _textEnd += text.Length;
        return (uint)(_textEnd - text.Length);
    }
}
