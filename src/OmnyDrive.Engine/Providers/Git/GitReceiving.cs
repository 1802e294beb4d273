using System.Collections.Concurrent;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;

namespace OmnyDrive.Engine.Providers.Git;

/// <summary>
/// Says in the private directory of a published repository that git takes a push there, for as long as it does, so that the next push clears up what one left that was killed.
/// </summary>
internal sealed class GitReceiving : IDisposable
{
    private const string Prefix = "receiving.";

    // Those of this process, which are nobody's leftovers, and where each is.
    private static readonly ConcurrentDictionary<string, string> Going = new();

    private static readonly Lock One = new();

    private readonly string _repository, _name;
    private bool _hasEnded;

    private GitReceiving(string repository, string name) => (_repository, _name) = (repository, name);

    /// <summary>Clears up after pushes that were killed, and begins another.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="runsIn">Where git runs for it.</param>
    internal static GitReceiving Begin(string repository, string runsIn)
    {
        using var root = RootDirectory.OpenAt(repository);
        using var directory = PrivateDirectory.OpenOrMake(root);
        lock (One)
        {
            ClearUp(repository, runsIn, directory);
            var receiving = new GitReceiving(repository, Prefix + Guid.NewGuid().ToString("N"));
            Going[receiving._name] = repository;
            directory.CreateNew(receiving._name, FileModes.PrivateFile).Dispose();
            return receiving;
        }
    }

    // Another process that serves the same repository may be about to begin; its git would be seen, or takes its locks after this.
    private static void ClearUp(string repository, string runsIn, IDirectoryHandle directory)
    {
        var left = directory.List().Where(listed => listed.IsText && listed.Name.StartsWith(Prefix, StringComparison.Ordinal) && !Going.ContainsKey(listed.Name)).Select(listed => listed.Name).ToList();
        if (left.Count == 0 || Going.Values.Contains(repository) || GitProcesses.AnyIn(runsIn) is not false || GitProcesses.AnyIn(repository) is not false)
            return;
        GitLocks.Remove(repository, left.Select(name => directory.Stat(name)).OfType<FileStat>().Select(stat => DateTime.UnixEpoch.AddTicks(stat.Modified / 100)).DefaultIfEmpty(DateTime.MaxValue).Min());
        foreach (var name in left)
            directory.RemoveFile(name);
    }

    /// <summary>Says that git has ended by itself, and left nothing to clear up.</summary>
    internal void HasEnded() => _hasEnded = true;

    /// <summary>Leaves it to the next push to clear up, unless <see cref="HasEnded"/> was called.</summary>
    public void Dispose()
    {
        if (_hasEnded)
            File.Delete(Path.Combine(_repository, RootLayout.Private.ToString(), _name));
        Going.TryRemove(_name, out _);
    }
}
