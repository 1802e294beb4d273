using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Json;

internal sealed record ErrorEnvelope(ErrorValue Error);

internal sealed record ErrorValue(string Code, string Message, string? Hint)
{
    public static ErrorValue Of(DriveException error) => new(error.Code, error.Message, error.Hint);
}
