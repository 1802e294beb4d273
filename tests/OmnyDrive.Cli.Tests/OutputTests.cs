using OmnyDrive.Cli.Output;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Tests;

public sealed class OutputTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("smörgås 日本 🚀", "smörgås 日本 🚀")]
    [InlineData("a\nb", "a\\u000ab")]
    [InlineData("\u001b[31m", "\\u001b[31m")]
    [InlineData("a\u202Eb", "a\\u202eb")]
    [InlineData("a\u2028b", "a\\u2028b")]
    [InlineData("a\uFEFFb", "a\\ufeffb")]
    [InlineData("\U000E0041", "\\udb40\\udc41")]
    public void Only_what_shows_is_printed_as_it_is(string text, string expected) => Assert.Equal(expected, Printable.Of(text));

    [Fact]
    public void Half_a_surrogate_pair_is_escaped() => Assert.Equal("a\\ud800b", Printable.Of("a" + (char)0xD800 + "b"));

    [Fact]
    public void A_table_lines_up_its_columns() =>
        Assert.Equal(["A    B", "xyz  1", "x    22"], TextTable.Lines([["A", "B"], ["xyz", "1"], ["x", "22"]]));

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1, "1 byte")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(3L << 30, "3.0 GiB")]
    public void Amounts_are_written_for_a_person(long bytes, string expected) => Assert.Equal(expected, Quantities.Bytes(bytes));

    [Theory]
    [InlineData(ErrorCode.Invalid, 2)]
    [InlineData(ErrorCode.DestinationNotEmpty, 2)]
    [InlineData(ErrorCode.Nested, 2)]
    [InlineData(ErrorCode.DriveNotFound, 3)]
    [InlineData(ErrorCode.MountNotFound, 3)]
    [InlineData(ErrorCode.PathNotFound, 3)]
    [InlineData(ErrorCode.Unauthorized, 4)]
    [InlineData(ErrorCode.AccessDenied, 5)]
    [InlineData(ErrorCode.ReadOnly, 5)]
    [InlineData(ErrorCode.Conflict, 6)]
    [InlineData(ErrorCode.LockHeld, 7)]
    [InlineData(ErrorCode.Halted, 8)]
    [InlineData(ErrorCode.RootMissing, 8)]
    [InlineData(ErrorCode.Usage, 64)]
    [InlineData(ErrorCode.Interrupted, 130)]
    [InlineData(ErrorCode.NotLoggedIn, 1)]
    [InlineData(ErrorCode.HubUnreachable, 1)]
    [InlineData(ErrorCode.OriginUnreachable, 1)]
    [InlineData("a_code_of_a_later_version", 1)]
    public void Every_error_has_its_exit_code(string code, int expected) => Assert.Equal(expected, ExitCodes.Of(code));
}
