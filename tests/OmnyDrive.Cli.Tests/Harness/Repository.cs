namespace OmnyDrive.Cli.Tests.Harness;

/// <summary>The working copy that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "OmnyDrive.slnx")))
                return directory.FullName;
        }
        throw new InvalidOperationException("The tests do not lie in a working copy.");
    }
}
