using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;

namespace OmnyDrive.Engine.State;

/// <summary>A filter as a column of the state holds it: JSON, or NULL for the default one.</summary>
internal sealed record StoredFilter(IReadOnlyList<string> Include, IReadOnlyList<string> Exclude, string IgnoreFile, bool Gitignore)
{
    internal static string? Write(FilterOptions filter) => filter.Equals(FilterOptions.Default)
        ? null
        : JsonSerializer.Serialize(new StoredFilter(filter.Include, filter.Exclude, filter.IgnoreFile, filter.Gitignore), StoredFilterJson.Default.StoredFilter);

    internal static FilterOptions Read(SqliteDataReader row, int column)
    {
        if (row.IsDBNull(column))
            return FilterOptions.Default;
        try
        {
            var stored = JsonSerializer.Deserialize(row.GetString(column), StoredFilterJson.Default.StoredFilter) ?? throw new JsonException("It is null.");
            return new FilterOptions(stored.Include, stored.Exclude, stored.IgnoreFile, stored.Gitignore);
        }
        catch (JsonException e)
        {
            // Going on without it would share what was to be left out.
            throw new DriveException(ErrorCode.Io, "A filter kept in the state cannot be read.", "Publish the drive again with its patterns, or clone it again.", e);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredFilter))]
internal sealed partial class StoredFilterJson : JsonSerializerContext;
