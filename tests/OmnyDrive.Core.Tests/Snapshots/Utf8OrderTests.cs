using System.Text;
using CsCheck;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Snapshots;

public class Utf8OrderTests
{
    /// <summary>Strings that share beginnings and lie on both sides of every border between encodings.</summary>
    internal static readonly Gen<string> Text = Gen.OneOf(
        Gen.Int['-', 'c'], Gen.Int[0x7e, 0x82], Gen.Int[0x7fe, 0x802], Gen.Int[0xd7fe, 0xd7ff], Gen.Int[0xe000, 0xe002],
        Gen.Int[0xfffd, 0xffff], Gen.Int[0x10000, 0x10002], Gen.Int[0x103fe, 0x10402], Gen.Int[0x10fffe, 0x10ffff])
        .Array[0, 4].Select(points => string.Concat(points.Select(char.ConvertFromUtf32)));

    [Fact]
    public void The_order_is_that_of_the_utf8_bytes() => Gen.Select(Text, Text, Text).Sample((start, x, y) =>
        Assert.Equal(
            Math.Sign(Encoding.UTF8.GetBytes(start + x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(start + y))),
            Math.Sign(Utf8Order.Compare(start + x, start + y))), iter: Iterations.Of(20_000));

    [Fact]
    public void Surrogates_come_behind_everything_else() =>
        Assert.Equal(["a", "\ud7ff", "\ue000", "\uffff", "\U00010000"], new[] { "\U00010000", "\uffff", "\ue000", "\ud7ff", "a" }.Order(Utf8Order.Instance));
}
