using System.Collections.Concurrent;
using OmnyDrive.Engine.Files;

namespace OmnyDrive.Engine.Tests.Files;

/// <summary>
/// Which call to the file layer fails, and how: counts all calls of the directories that share it. Safe for concurrent use; then it is chance which
/// call is the n-th.
/// </summary>
internal sealed class FaultPlan
{
    private readonly Func<int, FileCall, string, FileError?> _choose;
    private readonly ConcurrentDictionary<FileCall, int> _calls = new();
    private readonly ConcurrentQueue<string> _failed = new();
    private int _count;

    private FaultPlan(Func<int, FileCall, string, FileError?> choose) => _choose = choose;

    /// <summary>Whether calls count, and may fail, at present.</summary>
    internal bool IsOn { get; set; } = true;

    /// <summary>How many calls there were.</summary>
    internal int Count => _count;

    /// <summary>How many calls there were of each operation.</summary>
    internal IReadOnlyDictionary<FileCall, int> Calls => _calls;

    /// <summary>The calls that failed, as "operation path".</summary>
    internal IReadOnlyCollection<string> Failed => _failed;

    /// <summary>Nothing fails; the calls are counted.</summary>
    internal static FaultPlan None() => new((_, _, _) => null);

    /// <summary>The n-th call fails, counted from 1.</summary>
    internal static FaultPlan At(int call, FileError error) => new((count, _, _) => count == call ? error : null);

    /// <summary>The n-th call and each one after it fail, as on a disk that is gone.</summary>
    internal static FaultPlan From(int call, FileError error) => new((count, _, _) => count >= call ? error : null);

    /// <summary>From the n-th call on each fails that needs room on the disk.</summary>
    internal static FaultPlan FullFrom(int call) => new((count, operation, _) => count >= call && NeedsRoom(operation) ? FileError.NoSpace : null);

    /// <summary>Each call fails that is chosen by its operation and path.</summary>
    internal static FaultPlan Where(Func<FileCall, string, bool> fails, FileError error) => new((_, call, path) => fails(call, path) ? error : null);

    /// <summary>Counts a call; the error that it shall have, or null.</summary>
    internal FileError? Next(FileCall call, string path)
    {
        if (!IsOn)
            return null;
        var count = Interlocked.Increment(ref _count);
        _calls.AddOrUpdate(call, 1, (_, before) => before + 1);
        var error = _choose(count, call, path);
        if (error is not null)
            _failed.Enqueue($"{call} {path}");
        return error;
    }

    private static bool NeedsRoom(FileCall call) => call is FileCall.CreateNew or FileCall.OpenOrCreate or FileCall.MakeDirectory or FileCall.MakeSymlink or FileCall.Write
        or FileCall.CopyRange or FileCall.CopyAttributes or FileCall.SyncFile or FileCall.SyncFileSystem;
}
