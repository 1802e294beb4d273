using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Errors;

/// <summary>Messages quote what a peer or a file system gave; they must not let it write on somebody's terminal or turn the text around.</summary>
public class HostileTextTests
{
    private const string Hostile = "x\u001b[2J\r\n\u0085\u202egpj.exe\u2066\u2028\ud800";

    public static TheoryData<string> Readers { get; } = [.. All.Keys];

    private static Dictionary<string, Action<string>> All => new()
    {
        ["endpoint id"] = text => EndpointId.Parse(text),
        ["drive id"] = text => DriveId.Parse(text),
        ["drive name"] = text => DriveId.Of(EndpointId.Parse("a"), text),
        ["mount id"] = text => MountId.Parse(text),
        ["ref"] = text => SyncRef.Parse(text),
        ["hash"] = text => Hash256.Parse(text),
        ["access mode"] = text => AccessModes.Parse(text),
        ["path"] = text => DrivePath.Parse(text),
        ["name"] = text => DrivePath.Root.Append(text),
    };

    [Theory, MemberData(nameof(Readers))]
    public void A_refusal_quotes_no_control_characters_and_not_without_end(string reader)
    {
        var refused = Assert.Throws<DriveException>(() => All[reader](Hostile + new string('y', 100_000)));
        Assert.DoesNotContain(refused.Message, IsHostile);
        Assert.InRange(refused.Message.Length, 10, 500);
        Assert.Contains("x\\u001b[2J", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_conflict_shows_the_names_that_would_turn_the_text_around()
    {
        var found = ReconcilerTests("\u202egpj.exe=1");
        var message = ConflictMessage.Of(new Conflict(ConflictKind.ContentDivergence, DriveId.Parse("a/b"), Snapshot.Empty.Ref, Snapshot.Empty.Ref, Snapshot.Empty.Ref, found, [], []));
        Assert.Contains("\"\\u202egpj.exe\"", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, IsHostile);
    }

    [Theory]
    [InlineData("Grüße, 日本, \U0001F600, کتاب\u200cها")]
    [InlineData("")]
    public void Other_text_is_quoted_as_it_is(string text) => Assert.Equal(text, Printable.Of(text));

    private static List<PathConflict> ReconcilerTests(string item) => [new(TreeText.Item(item).Path, null, TreeText.File("1"), TreeText.File("2"))];

    private static bool IsHostile(char c) => char.IsControl(c) || char.IsSurrogate(c) || "\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069".Contains(c, StringComparison.Ordinal);
}
