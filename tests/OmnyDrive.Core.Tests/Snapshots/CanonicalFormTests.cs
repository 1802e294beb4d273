using CsCheck;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Snapshots;

public class CanonicalFormTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain.txt", "plain.txt")]
    [InlineData("caf\u00e9", "cafe\u0301")]
    [InlineData("\u00c5", "A\u030a")]
    [InlineData("\u212b", "A\u030a")] // the ångström sign
    [InlineData("\u1e69", "s\u0323\u0307")]
    [InlineData("s\u0307\u0323", "s\u0323\u0307")] // marks in another order
    [InlineData("\u1e0b\u0323", "d\u0323\u0307")]
    [InlineData("a\u0301\u0300", "a\u0301\u0300")] // marks of one class keep theirs
    [InlineData("\uac00", "\u1100\u1161")]
    [InlineData("\uac01", "\u1100\u1161\u11a8")]
    [InlineData("\ud7a3", "\u1112\u1175\u11c2")]
    [InlineData("\uf900", "\u8c48")]
    [InlineData("\U0002f800", "\u4e3d")]
    [InlineData("\U0001d15e", "\U0001d157\U0001d165")]
    [InlineData("\ufb01", "\ufb01")] // a ligature is another text, not another form of it
    [InlineData("\u00df", "\u00df")]
    public void Composed_text_and_its_parts_have_one_form(string text, string form) => Assert.Equal(form, CanonicalForm.Of(text));

    [Fact]
    public void A_form_is_its_own_form() => Gen.Select(Gen.Char['\u00a0', '\u06ff'].Array[0, 6], Gen.Char['\u1e00', '\ud7a3'].Array[0, 3]).Sample((some, more) =>
    {
        var form = CanonicalForm.Of(new string([.. some, .. more, .. some]));
        Assert.Equal(form, CanonicalForm.Of(form));
    }, iter: Iterations.Of(2_000));
}
