using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Applying;

/// <summary>
/// Gives each staged file the attributes that it shall have at its place, on all cores, before the first path is touched: then a place is taken by a rename alone.
/// </summary>
internal sealed class ReadyFiles(RootDirectory root, SeenPaths seen, StagingArea staged)
{
    // Fewer are not worth another thread.
    private const int Batch = 64;

    private readonly ConcurrentDictionary<DrivePath, (string? Name, ExceptionDispatchInfo? Failure)> _files = new();

    /// <summary>Makes the files of these steps ready. One that fails is told of when it is taken.</summary>
    internal void Prepare(IEnumerable<ApplyStep> steps, CancellationToken cancellation)
    {
        var changes = steps.Where(step => step.NeedsFile).Select(step => step.Change).ToList();
        if (changes.Count <= Batch)
        {
            foreach (var change in changes)
                Prepare(root, change);
            return;
        }
        OnAllCores.ForEach(Partitioner.Create(0, changes.Count, Batch), root.Another, (batch, own) =>
        {
            for (var i = batch.Item1; i < batch.Item2; i++)
                Prepare(own, changes[i]);
        }, own => own.Dispose(), cancellation);
    }

    /// <summary>The name in the staging area of the file for a path; throws why there is none.</summary>
    internal string Take(DrivePath path)
    {
        var (name, failure) = _files[path];
        failure?.Throw();
        return name!;
    }

    /// <summary>The same for a copy of a file that is at its place and shall get another mode.</summary>
    internal string CopyOf(DrivePath path, Entry to)
    {
        var holder = root.Holder(path);
        return Replacement(holder, path, staged.Copy(holder, path.Name), to);
    }

    private void Prepare(RootDirectory own, Change change)
    {
        try
        {
            var name = staged.Take(change.To!.ContentHash);
            _files[change.Path] = (change.From is { IsFile: true } ? Replacement(own.Holder(change.Path), change.Path, name, change.To) : NewFile(name, change.To), null);
        }
        catch (Exception e) when (e is FileOperationException or PreconditionException)
        {
            _files[change.Path] = (null, ExceptionDispatchInfo.Capture(e));
        }
    }

    private string NewFile(string name, Entry to)
    {
        using var file = staged.Directory.OpenRead(name);
        Finish(file, name, to, NewFileMode.Value);
        return name;
    }

    private string Replacement(IDirectoryHandle holder, DrivePath path, string name, Entry to)
    {
        using var file = staged.Directory.OpenRead(name);
        using var old = holder.OpenRead(path.Name);
        var replaced = holder.Stat(old);
        seen.RequireFile(path, replaced);
        KeptAttributes.TakeOver(staged.Directory, file, old, replaced);
        Finish(file, name, to, replaced.Mode);
        return name;
    }

    // Set-id and sticky bits were given to the old content; they do not go over to what a peer sends.
    private void Finish(SafeFileHandle file, string name, Entry to, uint mode)
    {
        staged.Directory.SetMode(file, FileModes.WithExecutable(mode & FileModes.AllAll, to.IsExecutable));
        staged.Directory.SetModified(name, to.ModifiedNanoseconds);
    }
}
