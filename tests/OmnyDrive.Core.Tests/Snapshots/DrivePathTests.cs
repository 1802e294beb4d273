using System.Text;
using CsCheck;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Snapshots;

public class DrivePathTests
{
    private static readonly Gen<DrivePath> Paths = Gen.OneOf(Gen.Const("a"), Gen.Const("b"), Gen.Const("a.b"), Gen.Const("a-b"), Gen.Const("A"), Gen.Const("é"), Gen.Const("\uffee"), Gen.Const("\U0001F600"))
        .Array[0, 4].Select(names => DrivePath.Parse(string.Join('/', names)));

    public static TheoryData<string, string> Refusals { get; } = new()
    {
        { "up", ".." },
        { "up from inside", "a/.." },
        { "up and away", "a/../../etc/passwd" },
        { "here", "." },
        { "here inside", "a/./b" },
        { "absolute", "/etc/passwd" },
        { "a slash alone", "/" },
        { "a slash behind", "a/" },
        { "two slashes", "a//b" },
        { "a network path", "//server/share" },
        { "a Windows network path", @"\\server\share" },
        { "a Windows absolute path", @"C:\x" },
        { "a backslash", @"a\b" },
        { "up in Windows", @"a\..\..\b" },
        { "NUL", "a\0b" },
        { "NUL behind", "a\0" },
        { "a line feed", "a\nb" },
        { "a carriage return", "a\rb" },
        { "an escape sequence", "\u001b[2J" },
        { "delete", "a\u007f" },
        { "a control character beyond ASCII", "a\u0085b" },
        { "a high surrogate alone", "a\ud800" },
        { "a low surrogate alone", "a\udc00b" },
        { "surrogates in the wrong order", "\udc00\ud800" },
        { "256 bytes", new string('a', 256) },
        { "256 bytes in 128 characters", new string('é', 128) },
        { "256 bytes deep below", "a/b/" + new string('a', 256) },
        { "129 names", string.Join('/', Enumerable.Repeat("d", 129)) },
    };

    [Theory, MemberData(nameof(Refusals))]
    public void A_path_that_could_leave_its_root_or_that_no_tree_can_hold_is_refused(string why, string text)
    {
        var refused = Assert.Throws<DriveException>(() => DrivePath.Parse(text));
        Assert.Equal(ErrorCode.Invalid, refused.Code);
        Assert.DoesNotContain(refused.Message, char.IsControl);
        Assert.False(DrivePath.TryParse(text, out _), why);
    }

    // Nothing is decoded, expanded or given a meaning, so these are names like others and stay where they are put.
    public static TheoryData<string> PlainNames { get; } =
    [
        "C:x", "C:", "%2e%2e", "%2e%2e/%2e%2e/etc", "%252e%252e", "a%2fb", "...", "-rf", "--upload-pack=x", "~", "~root", "$HOME", "$(id)", "a b", " ", "*", "?", "a:b",
        "CON", "aux.c", "nul", "a.", "a ", "．．", "‥", "é", "e\u0301", "\U0001F600", new string('a', 255), "a" + new string('é', 127),
        string.Join('/', Enumerable.Repeat("d", 128)),
    ];

    [Theory, MemberData(nameof(PlainNames))]
    public void Other_paths_are_taken_as_they_are_and_stay_below_the_root(string text)
    {
        var path = DrivePath.Parse(text);
        Assert.Equal(text, path.ToString());
        Assert.StartsWith("/root/of/drive/", Path.GetFullPath(Path.Combine("/root/of/drive", path.ToString())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".git/config")]
    [InlineData("a/.omnydrive/marker")]
    public void A_private_name_can_be_spelled_as_a_path_and_is_in_no_tree(string text)
    {
        Assert.Equal(text, DrivePath.Parse(text).ToString());
        Assert.Throws<DriveException>(() => TreeText.Snapshot(text + "=1"));
    }

    [Fact]
    public void The_root_is_the_empty_path_and_what_default_is()
    {
        Assert.Equal(DrivePath.Root, DrivePath.Parse(""));
        Assert.Equal(DrivePath.Root, default);
        Assert.Equal(DrivePath.Root.GetHashCode(), DrivePath.Parse("").GetHashCode());
        Assert.True(DrivePath.Root.IsRoot);
        Assert.Equal((0, "", DrivePath.Root), (DrivePath.Root.Depth, DrivePath.Root.Name, DrivePath.Root.Parent));
    }

    [Fact]
    public void A_path_knows_its_name_its_parent_and_its_depth()
    {
        var path = DrivePath.Parse("a/b.c/d");
        Assert.Equal((3, "d", DrivePath.Parse("a/b.c")), (path.Depth, path.Name, path.Parent));
        Assert.Equal(DrivePath.Root, DrivePath.Parse("a").Parent);
        Assert.Equal(path, DrivePath.Root.Append("a").Append("b.c").Append("d"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("b/c")]
    [InlineData("/")]
    [InlineData("b\n")]
    public void Only_a_name_can_be_appended(string name) => Assert.Throws<DriveException>(() => DrivePath.Parse("a").Append(name));

    [Fact]
    public void Nothing_can_be_appended_to_the_deepest_path()
    {
        var deepest = DrivePath.Parse(string.Join('/', Enumerable.Repeat("d", DrivePath.MaxDepth)));
        Assert.Throws<DriveException>(() => deepest.Append("d"));
        Assert.Equal(deepest, deepest.Parent.Append("d"));
    }

    [Theory]
    [InlineData("a", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a", "a", true)]
    [InlineData("a/b", "a", true)]
    [InlineData("a/b/c", "a/b", true)]
    [InlineData("ab", "a", false)]
    [InlineData("a.b", "a", false)]
    [InlineData("a", "a/b", false)]
    [InlineData("b/a", "a", false)]
    [InlineData("A/b", "a", false)]
    public void A_path_lies_at_or_below_a_directory(string path, string directory, bool expected) =>
        Assert.Equal(expected, DrivePath.Parse(path).IsAtOrBelow(DrivePath.Parse(directory)));

    [Fact]
    public void Paths_are_ordered_as_a_walk_meets_them() => Assert.Equal(
        ["", "A", "a", "a/a", "a/a/z", "a/z", "a-b", "a-b/c", "a.b", "ab", "b", "é", "\uffee/x", "\U0001F600"],
        new[] { "b", "a.b", "\U0001F600", "a/z", "ab", "a-b/c", "A", "a", "\uffee/x", "a/a/z", "", "é", "a-b", "a/a" }.Select(DrivePath.Parse).Order().Select(path => path.ToString()));

    [Fact]
    public void The_order_is_that_of_the_names_bytes_name_by_name_and_agrees_with_equality() => Gen.Select(Paths, Paths).Sample((x, y) =>
    {
        Assert.Equal(Math.Sign(ByNames(x, y)), Math.Sign(x.CompareTo(y)));
        Assert.Equal(x.CompareTo(y) == 0, x == y);
        Assert.Equal((x.CompareTo(y) < 0, x.CompareTo(y) > 0, x.CompareTo(y) <= 0, x.CompareTo(y) >= 0), ((x < y), (x > y), (x <= y), (x >= y)));
        if (x == y)
            Assert.Equal(x.GetHashCode(), y.GetHashCode());
    }, iter: Iterations.Of(20_000));

    private static int ByNames(DrivePath x, DrivePath y)
    {
        string[] left = x.IsRoot ? [] : x.ToString().Split('/'), right = y.IsRoot ? [] : y.ToString().Split('/');
        foreach (var (one, other) in left.Zip(right))
        {
            if (Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other)) is not 0 and var order)
                return order;
        }
        return left.Length - right.Length;
    }
}
