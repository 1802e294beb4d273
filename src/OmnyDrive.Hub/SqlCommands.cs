using System.Data.Common;

namespace OmnyDrive.Hub;

// Statements over any ADO.NET driver. Parameters are named; integers are read as Int64, which both SQLite and PostgreSQL give.
internal static class SqlCommands
{
    public static async Task<int> ExecuteAsync(this DbConnection connection, string sql, (string Name, object? Value)[] parameters, CancellationToken cancellation)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task<List<T>> QueryAsync<T>(
        this DbConnection connection, string sql, (string Name, object? Value)[] parameters, Func<DbDataReader, T> read, CancellationToken cancellation)
    {
        await using var command = Command(connection, sql, parameters);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var result = new List<T>();
        while (await rows.ReadAsync(cancellation))
            result.Add(read(rows));
        return result;
    }

    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTimeOffset? TimeOrNull(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private static DbCommand Command(DbConnection connection, string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
