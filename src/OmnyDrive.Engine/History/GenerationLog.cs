using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.History;

/// <summary>
/// The generations of a root in their order, in one file of records of one size. A record that is torn, damaged or pending does not count; at the end, it is written over by the next.
/// Whoever writes holds the root's apply lock; reading needs none.
/// </summary>
internal sealed class GenerationLog : IDisposable
{
    internal const string FileName = "log";

    private readonly IDirectoryHandle _directory;
    private readonly SafeFileHandle _file;

    private GenerationLog(IDirectoryHandle directory, SafeFileHandle file) => (_directory, _file) = (directory, file);

    /// <summary>Opens the log in a directory; null where there is none.</summary>
    internal static GenerationLog? TryOpen(IDirectoryHandle directory)
    {
        try
        {
            return new GenerationLog(directory, directory.OpenRead(FileName));
        }
        catch (FileOperationException e) when (e.Error == FileError.NotFound)
        {
            return null;
        }
    }

    /// <summary>Opens the log to write, made where it is missing.</summary>
    internal static GenerationLog OpenOrMake(IDirectoryHandle directory)
    {
        var isNew = directory.Stat(FileName) is null;
        var log = new GenerationLog(directory, directory.OpenOrCreate(FileName, FileModes.PrivateFile));
        if (isNew)
            directory.Sync();
        return log;
    }

    /// <summary>The newest that was accepted; null where none was.</summary>
    internal RecordedGeneration? Last() => NewestFirst().FirstOrDefault();

    /// <summary>All that were accepted, the newest first.</summary>
    internal IEnumerable<RecordedGeneration> NewestFirst()
    {
        var record = new byte[GenerationFormat.Size];
        for (var number = _directory.Stat(_file).Size / GenerationFormat.Size; number > 0; number--)
        {
            if (Read(record, number) is { } recorded && record[0] == GenerationFormat.Accepted)
                yield return recorded;
        }
    }

    /// <summary>The one of that number, if it was accepted.</summary>
    internal RecordedGeneration? Find(long number)
    {
        var record = new byte[GenerationFormat.Size];
        return number > 0 && number <= _directory.Stat(_file).Size / GenerationFormat.Size && Read(record, number) is { } recorded && record[0] == GenerationFormat.Accepted ? recorded : null;
    }

    /// <summary>The one that was begun after the newest and neither accepted nor written over; null where there is none.</summary>
    internal RecordedGeneration? Begun()
    {
        var record = new byte[GenerationFormat.Size];
        return Read(record, (Last()?.Generation.Number ?? 0) + 1) is { } recorded && record[0] == GenerationFormat.Pending ? recorded : null;
    }

    /// <summary>Writes the one after the newest, not accepted yet. Takes the room that accepting it needs.</summary>
    internal void Begin(RecordedGeneration next)
    {
        Span<byte> record = stackalloc byte[GenerationFormat.Size];
        GenerationFormat.Encode(next, record);
        _directory.Write(_file, record, At(next.Generation.Number));
        _directory.Sync(_file);
    }

    /// <summary>Says whether the one that was begun is accepted: one byte, which is written or not. Durable with <see cref="Sync"/>.</summary>
    internal void Mark(long number, bool isAccepted) => _directory.Write(_file, [isAccepted ? GenerationFormat.Accepted : GenerationFormat.Pending], At(number));

    /// <summary>Says that the one that was begun did not come about; only a hint, so not made durable.</summary>
    internal void Forget(long number) => _directory.Write(_file, [0], At(number));

    internal void Sync() => _directory.Sync(_file);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static long At(long number) => (number - 1) * GenerationFormat.Size;

    private RecordedGeneration? Read(byte[] record, long number) =>
        _directory.Read(_file, record, At(number)) == record.Length ? GenerationFormat.Decode(record, number) : null;
}
