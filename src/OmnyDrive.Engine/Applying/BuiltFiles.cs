using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Applying;

/// <summary>What files were when they were made ready, by number. Safe for concurrent use for different files.</summary>
internal sealed class BuiltFiles(int count)
{
    private readonly Fingerprint[] _files = new Fingerprint[count];
    private readonly bool[] _isHere = new bool[count];

    /// <summary>What a file was that is here.</summary>
    internal Fingerprint this[int index] => _files[index];

    internal bool Has(int index) => Volatile.Read(ref _isHere[index]);

    internal void Set(int index, in FileStat file)
    {
        _files[index] = file.Fingerprint;
        Volatile.Write(ref _isHere[index], true);
    }

    internal void Remove(int index) => Volatile.Write(ref _isHere[index], false);
}
