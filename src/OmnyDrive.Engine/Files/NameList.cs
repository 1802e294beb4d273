namespace OmnyDrive.Engine.Files;

/// <summary>Names of one directory as their bytes, in one buffer that is used again for the next. Not safe for concurrent use.</summary>
internal sealed class NameList : ISortedNames
{
    private byte[] _bytes = new byte[16 << 10];
    private (int Start, int Length, bool IsCertain)[] _names = new (int, int, bool)[256];
    private int _end;

    internal int Count { get; private set; }

    internal ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_names[index].Start, _names[index].Length);

    internal void Clear() => (Count, _end) = (0, 0);

    /// <summary>Whether a name was listed, not merely supposed.</summary>
    internal bool IsCertain(int index) => _names[index].IsCertain;

    internal void Add(ReadOnlySpan<byte> name, bool isCertain = true)
    {
        if (_bytes.Length - _end < name.Length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _end + name.Length));
        if (Count == _names.Length)
            Array.Resize(ref _names, 2 * Count);
        name.CopyTo(_bytes.AsSpan(_end));
        _names[Count++] = (_end, name.Length, isCertain);
        _end += name.Length;
    }

    /// <summary>Brings the names into the order of their bytes, each once: a directory that changes while it is being read may give a name twice.</summary>
    internal void Sort()
    {
        var bytes = _bytes;
        _names.AsSpan(0, Count).Sort((a, b) => bytes.AsSpan(a.Start, a.Length).SequenceCompareTo(bytes.AsSpan(b.Start, b.Length)));
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (kept == 0 || !this[i].SequenceEqual(this[kept - 1]))
                _names[kept++] = _names[i];
            else
                _names[kept - 1].IsCertain |= _names[i].IsCertain;
        }
        Count = kept;
    }

    /// <summary>Where a name is, once they are sorted; negative where it is not.</summary>
    internal int IndexOf(ReadOnlySpan<byte> name) => SortedNames.Find(this, name);

    int ISortedNames.Count => Count;

    ReadOnlySpan<byte> ISortedNames.NameAt(int index) => this[index];
}
