using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.History;
using OmnyDrive.Snapshots;
using Xunit;

namespace OmnyDrive.Core.Tests.History;

public sealed class GenerationReferenceTests
{
    private static readonly Generation[] Known = [Make(4, "aaaaaaaaaa"), Make(3, "aaaaaabbbb"), Make(2, "1234567890"), Make(1, "aaaaaaaaaa")];

    [Theory]
    [InlineData("2", 2)]
    [InlineData("123456", null)]
    [InlineData("1234567890", 2)]
    [InlineData("dir:123456", 2)]
    [InlineData("aaaaaaa", 4)]
    [InlineData("aaaaaa", null)]
    [InlineData("aaaaa", null)]
    [InlineData("AAAAAAA", null)]
    [InlineData("5", null)]
    [InlineData("-1", null)]
    [InlineData("", null)]
    [InlineData("git:123456", null)]
    public void Names_one_generation_or_none(string text, int? number)
    {
        if (number is not null)
            Assert.Equal((long)number, GenerationReference.Find(Known, text).Number);
        else
            Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => GenerationReference.Find(Known, text)).Code);
    }

    private static Generation Make(long number, string digits)
    {
        var reference = SyncRef.OfTree(Hash256.Parse(digits.PadRight(64, '0')));
        return new Generation(number, GenerationKind.Edit, reference, reference, null, DateTimeOffset.UnixEpoch, null);
    }
}
