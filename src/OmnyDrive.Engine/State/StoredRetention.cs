using System.Globalization;
using Microsoft.Data.Sqlite;
using OmnyDrive.History;

namespace OmnyDrive.Engine.State;

/// <summary>A retention policy as a column of the state holds it: seconds and percent, or NULL for the endpoint's choice.</summary>
internal static class StoredRetention
{
    internal static string? Write(RetentionPolicy? policy) => policy is null ? null : string.Create(CultureInfo.InvariantCulture, $"{(long)policy.Age.TotalSeconds} {policy.Percent}");

    internal static RetentionPolicy? Read(SqliteDataReader row, int column)
    {
        if (row.IsDBNull(column))
            return null;
        var parts = row.GetString(column).Split(' ');
        return new RetentionPolicy(TimeSpan.FromSeconds(long.Parse(parts[0], CultureInfo.InvariantCulture)), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
