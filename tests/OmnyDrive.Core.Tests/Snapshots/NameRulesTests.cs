using OmnyDrive.Snapshots;
using Xunit;

namespace OmnyDrive.Core.Tests.Snapshots;

public class NameRulesTests
{
    [Theory]
    [InlineData(".git")]
    [InlineData(".GIT")]
    [InlineData(".Git")]
    [InlineData(".git.")]
    [InlineData(".git...")]
    [InlineData(".git ")]
    [InlineData(".git . . ")]
    [InlineData("git~1")]
    [InlineData("GIT~1")]
    [InlineData("git~2")]
    [InlineData("git~1.")]
    [InlineData(".g\u200cit")]
    [InlineData("\u200c.git")]
    [InlineData("\ufeff.git")]
    [InlineData("\u202agit~1")]
    [InlineData(".git\u200f")]
    [InlineData(".\u206agi\u206ft\ufeff.")]
    [InlineData(".git::$INDEX_ALLOCATION")]
    [InlineData(".git:stream")]
    [InlineData(".git :stream")]
    [InlineData(".Git.::$index_allocation")]
    [InlineData("git~1::$INDEX_ALLOCATION")]
    [InlineData(".omnydrive")]
    [InlineData(".OMNYDRIVE")]
    [InlineData(".OmnyDrive.")]
    [InlineData(".omnydrive ")]
    [InlineData(".omny\u200ddrive")]
    [InlineData("\u200e.omnydrive")]
    [InlineData(".omnydrive::$INDEX_ALLOCATION")]
    [InlineData("omnydr~1")]
    [InlineData("OMNYDR~1")]
    public void Names_that_some_file_system_takes_for_a_private_one_are_private(string name) => Assert.True(NameRules.IsPrivate(name));

    [Theory]
    [InlineData("")]
    [InlineData(".gitignore")]
    [InlineData(".gitattributes")]
    [InlineData(".gitmodules")]
    [InlineData(".github")]
    [InlineData("git")]
    [InlineData("Git")]
    [InlineData("a.git")]
    [InlineData("..git")]
    [InlineData(" .git")]
    [InlineData(".git x")]
    [InlineData(".gi")]
    [InlineData(".gіt")] // a Cyrillic і
    [InlineData("git~")]
    [InlineData("git~a")]
    [InlineData("git~12")]
    [InlineData("agit~1")]
    [InlineData("1git~1")]
    [InlineData("omnydrive")]
    [InlineData(".omnydrives")]
    [InlineData(".omnydrive-old")]
    [InlineData("omnydrive~1")]
    [InlineData(":.git")]
    [InlineData("é")]
    [InlineData("\u200c")]
    public void Other_names_are_not(string name) => Assert.False(NameRules.IsPrivate(name));

    [Theory]
    [InlineData("a b~!", 0, true)]
    [InlineData("\u007f", 0, false)]
    [InlineData("a\u001f", 0, false)]
    [InlineData("a/b", 0, false)]
    [InlineData("a\\b", 0, false)]
    [InlineData("", 255, true)]
    [InlineData("", 256, false)]
    [InlineData("\u00e9", 253, true)]
    [InlineData("\u00e9", 254, false)]
    public void A_name_of_this_and_so_many_letters_can_be_held(string begin, int letters, bool expected) =>
        Assert.Equal(expected, NameRules.Refusal(begin + new string('x', letters)) is null);

    [Fact]
    public void A_private_name_stretched_beyond_what_a_name_may_have_is_refused_where_it_is_not_private() =>
        Assert.NotNull(NameRules.Refusal(".g" + new string('\u200c', 300) + "it"));

    [Fact]
    public void The_longest_name_with_ignorable_code_points_is_still_seen_through()
    {
        var name = ".g" + new string('\u200c', 83) + "it";
        Assert.Null(NameRules.Refusal(name));
        Assert.True(NameRules.IsPrivate(name));
    }
}
