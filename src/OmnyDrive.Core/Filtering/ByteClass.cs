namespace OmnyDrive.Filtering;

/// <summary>
/// Reads what stands between <c>[</c> and <c>]</c> in a pattern. The quirks are git's: a <c>]</c> in the first place is a member, no range
/// begins with a named class or with the end of another range, and a <c>[:</c> whose <c>]</c> has no colon before it is a plain <c>[</c>.
/// </summary>
internal ref struct ByteClass
{
    private readonly ReadOnlySpan<byte> _pattern;
    private readonly ByteSet _set = new();
    private byte? _before;
    private int _at;

    private ByteClass(ReadOnlySpan<byte> pattern, int at)
    {
        _pattern = pattern;
        _at = at;
    }

    /// <summary>
    /// The set whose <c>[</c> lies at <paramref name="at"/>, which moves behind its <c>]</c>; null where it is malformed. The slash is in
    /// no set: only a slash matches one.
    /// </summary>
    internal static ByteSet? Read(ReadOnlySpan<byte> pattern, ref int at)
    {
        var reader = new ByteClass(pattern, at + 1);
        if (!reader.ReadMembers())
            return null;
        at = reader._at;
        reader._set.Remove((byte)'/');
        return reader._set;
    }

    private bool ReadMembers()
    {
        var negated = Look() is '!' or '^';
        if (negated)
            _at++;
        do
        {
            if (!ReadMember())
                return false;
        }
        while (Look() != ']');
        _at++;
        if (negated)
            _set.Complement();
        return true;
    }

    private bool ReadMember() => Look() switch
    {
        '-' when _before is { } first && Look(1) is not (-1 or ']') => ReadRange(first),
        '[' when Look(1) == ':' => ReadNamed(),
        _ => ReadPlain(),
    };

    private bool ReadRange(byte first)
    {
        _at++;
        if (ReadByte() is not { } last)
            return false;
        for (int value = first; value <= last; value++)
            _set.Add((byte)value);
        _before = null;
        return true;
    }

    private bool ReadNamed()
    {
        var name = _pattern[(_at + 2)..];
        var end = name.IndexOf((byte)']');
        if (end < 0)
            return false;
        if (end == 0 || name[end - 1] != ':')
            return ReadPlain();
        if (NamedBytes.Find(name[..(end - 1)]) is not { } named)
            return false;
        for (var value = 0; value <= byte.MaxValue; value++)
        {
            if (named((char)value))
                _set.Add((byte)value);
        }
        _before = null;
        _at += 2 + end + 1;
        return true;
    }

    private bool ReadPlain()
    {
        _before = ReadByte();
        if (_before is not { } value)
            return false;
        _set.Add(value);
        return true;
    }

    // One byte that stands for itself, maybe behind a backslash.
    private byte? ReadByte()
    {
        if (Look() == '\\')
            _at++;
        return Look() < 0 ? null : _pattern[_at++];
    }

    private readonly int Look(int ahead = 0) => _at + ahead < _pattern.Length ? _pattern[_at + ahead] : -1;
}
