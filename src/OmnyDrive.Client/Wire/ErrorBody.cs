using System.Buffers;
using OmnyDrive.Errors;

namespace OmnyDrive.Client.Wire;

/// <summary>The body of every answer that is not a success, the same on all servers.</summary>
internal sealed record ErrorBody(string Code, string Message, string? Hint = null)
{
    private const int MaxCode = 40;
    private const int MaxText = 2_000;

    // A message quotes paths of any length, and the whole must fit into what a client reads, each character as six bytes.
    private const int MaxSent = 1_000;

    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_");

    public static ErrorBody Of(DriveException error) => new(error.Code, Clipped(error.Message), error.Hint is null ? null : Clipped(error.Hint));

    /// <summary>The exception that the peer threw. The peer is not trusted: its text is clipped and cannot steer a terminal.</summary>
    public DriveException ToException() => new(IsCode(Code) ? Code : ErrorCode.Failed, Printable(Message), Hint is null ? null : Printable(Hint));

    private static string Clipped(string text) => text.Length <= MaxSent ? text : text[..MaxSent] + "…";

    private static bool IsCode(string code) => code.Length is > 0 and <= MaxCode && !code.AsSpan().ContainsAnyExcept(CodeCharacters);

    private static string Printable(string text) =>
        string.Concat(text.Take(MaxText).Select(c => char.IsControl(c) && c != '\n' ? '�' : c));
}
