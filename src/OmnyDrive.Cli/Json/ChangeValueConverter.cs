using System.Text.Json;
using System.Text.Json.Serialization;

namespace OmnyDrive.Cli.Json;

/// <summary>Writes a <see cref="ChangeValue"/>, of which a result may have a hundred thousand, without its properties being looked up one by one for each.</summary>
internal sealed class ChangeValueConverter : JsonConverter<ChangeValue>
{
    private static readonly JsonEncodedText _path = JsonEncodedText.Encode("path"), _side = JsonEncodedText.Encode("side"), _kind = JsonEncodedText.Encode("kind"), _movedFrom = JsonEncodedText.Encode("movedFrom");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ChangeValue value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString(_path, value.Path);
        writer.WriteString(_side, value.Side);
        writer.WriteString(_kind, value.Kind);
        if (value.MovedFrom is { } from)
            writer.WriteString(_movedFrom, from);
        writer.WriteEndObject();
    }

    /// <summary>Results are only written.</summary>
    public override ChangeValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Changes are written and never read.");
}
