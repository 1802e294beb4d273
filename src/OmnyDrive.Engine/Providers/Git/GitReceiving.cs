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

    // Those of this process, which are nobody's leftovers.
    private static readonly ConcurrentDictionary<string, byte> Going = new();

    private readonly string _repository, _name;

    private GitReceiving(string repository, string name) => (_repository, _name) = (repository, name);

    /// <summary>Clears up after pushes that were killed, and begins another.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="runsIn">Where git runs for it.</param>
    internal static GitReceiving Begin(string repository, string runsIn)
    {
        using var root = RootDirectory.OpenAt(repository);
        using var directory = PrivateDirectory.OpenOrMake(root);
        var left = directory.List().Where(listed => listed.IsText && listed.Name.StartsWith(Prefix, StringComparison.Ordinal) && !Going.ContainsKey(listed.Name)).Select(listed => listed.Name).ToList();
        if (left.Count > 0 && Going.IsEmpty && !GitProcesses.AnyIn(runsIn) && !GitProcesses.AnyIn(repository))
        {
            GitLocks.Remove(repository);
            foreach (var name in left)
                directory.RemoveFile(name);
        }
        var receiving = new GitReceiving(repository, Prefix + Guid.NewGuid().ToString("N"));
        Going[receiving._name] = 0;
        directory.CreateNew(receiving._name, FileModes.PrivateFile).Dispose();
        return receiving;
    }

    /// <summary>Says that git has ended.</summary>
    public void Dispose()
    {
        File.Delete(Path.Combine(_repository, RootLayout.Private.ToString(), _name));
        Going.TryRemove(_name, out _);
    }
}
