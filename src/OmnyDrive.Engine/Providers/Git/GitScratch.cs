namespace OmnyDrive.Engine.Providers.Git;

/// <summary>
/// A place for what git takes in only to compare it: an index, objects and contents of Git LFS, which are seen together with those of a mount's repository and never become part of it. When this is disposed they are gone; those of a killed
/// process go with the next.
/// </summary>
internal sealed class GitScratch : IDisposable
{
    private const string Prefix = "omnydrive-look.", Lock = ".lock";

    private readonly string _place;
    private readonly FileStream _held;

    private GitScratch(GitRepository repository, string git)
    {
        _place = Path.Combine(git, $"{Prefix}{Guid.NewGuid():N}");
        // Held before the directory is there, so that nobody takes it for one that was left.
        _held = new FileStream(_place + Lock, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        Repository = repository.With(new Dictionary<string, string>
        {
            ["GIT_INDEX_FILE"] = Path.Combine(_place, "index"),
            ["GIT_OBJECT_DIRECTORY"] = Path.Combine(_place, "objects"),
            ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = Quoted(Path.Combine(git, "objects")),
            // It is not worth packing for so short a time.
            ["GIT_CONFIG_COUNT"] = "3",
            ["GIT_CONFIG_KEY_0"] = "core.looseCompression",
            ["GIT_CONFIG_VALUE_0"] = "0",
            ["GIT_CONFIG_KEY_1"] = "pack.compression",
            ["GIT_CONFIG_VALUE_1"] = "0",
            ["GIT_CONFIG_KEY_2"] = "lfs.storage",
            ["GIT_CONFIG_VALUE_2"] = Path.Combine(_place, "lfs"),
        });
    }

    /// <summary>The repository with all that was taken in here.</summary>
    internal GitRepository Repository { get; }

    /// <summary>Makes one for a repository, with its index.</summary>
    internal static async Task<GitScratch> OpenAsync(GitRepository repository, CancellationToken cancellation)
    {
        var git = await repository.GitDirectoryAsync(cancellation);
        // Read once, for both.
        await repository.UserSettingsAsync(cancellation);
        foreach (var place in System.IO.Directory.EnumerateDirectories(git, $"{Prefix}*").ToList())
            RemoveUnlessHeld(place);
        var scratch = new GitScratch(repository, git);
        try
        {
            scratch.Begin(Path.Combine(git, "index"));
            return scratch;
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
    }

    // What the index knows of files saves reading them.
    private void Begin(string index)
    {
        System.IO.Directory.CreateDirectory(Path.Combine(_place, "objects"));
        if (File.Exists(index))
            File.Copy(index, Path.Combine(_place, "index"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using (_held)
            Remove(_place);
    }

    private static void RemoveUnlessHeld(string place)
    {
        try
        {
            using var held = new FileStream(place + Lock, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            Remove(place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody is looking.
        }
    }

    private static void Remove(string place)
    {
        try
        {
            File.Delete(place + Lock);
            System.IO.Directory.Delete(place, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A git that was ended writes its last, or another removes it too; what stays goes with the next.
        }
    }

    // As git reads a list of paths, in which a colon ends one.
    private static string Quoted(string path) => $"\"{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
