namespace OmnyDrive.Testing.Trees;

/// <summary>How often a property is tried: in a normal run often enough to find what is common, with <c>OMNYDRIVE_TEST_ALL=1</c> a hundred times that.</summary>
public static class Iterations
{
    /// <summary>Whether everything is tried.</summary>
    public static bool All { get; } = Environment.GetEnvironmentVariable("OMNYDRIVE_TEST_ALL") == "1";

    /// <summary>A hundred times <paramref name="normal"/> when everything is tried.</summary>
    public static long Of(long normal) => All ? normal * 100 : normal;
}
