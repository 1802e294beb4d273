using SQLitePCL;

namespace OmnyDrive.Engine.State;

/// <summary>Binds the managed SQLite driver to the native library that ships with OmnyDrive.</summary>
public static class SqliteRuntime
{
    private static readonly bool Bound = Bind();

    /// <summary>Makes SQLite usable in this process. Idempotent, safe from any thread; every database opens through it.</summary>
    public static void Initialize() => _ = Bound;

    private static bool Bind()
    {
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }
}
