using Xunit;

namespace OmnyDrive.Server.Tests.Git;

/// <summary>How the endpoints of a test reach each other.</summary>
public enum Way
{
    /// <summary>In one process, git going from directory to directory.</summary>
    Near,
    /// <summary>Through a hub and a content server, git speaking HTTP.</summary>
    Http,
}

/// <summary>Combinations of what the same tests run with.</summary>
public static class Ways
{
    /// <summary>Whether all tests are wanted, also the slow ones.</summary>
    internal static bool All { get; } = Environment.GetEnvironmentVariable("OMNYDRIVE_TEST_ALL") == "1";

    /// <summary>The way, and whether the origin is without a work tree; all combinations where all tests are wanted.</summary>
    public static TheoryData<Way, bool> Everywhere => All ? new() { { Way.Near, false }, { Way.Near, true }, { Way.Http, false }, { Way.Http, true } } : new() { { Way.Near, true }, { Way.Http, false } };
}
