using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using Xunit;

namespace OmnyDrive.Core.Tests.Snapshots;

public class Hash256Tests
{
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void It_is_sha256_and_prints_and_reads_as_lower_case_hexadecimal()
    {
        var hash = Hash256.Of("abc"u8);
        Assert.Equal(Abc, hash.ToString());
        Assert.Equal(hash, Hash256.Parse(Abc));
        Assert.Equal(hash, new Hash256(hash.ToArray()));
        Assert.Equal(Convert.FromHexString(Abc), hash.ToArray());
    }

    [Fact]
    public void Every_byte_counts()
    {
        for (var i = 0; i < Hash256.Size; i++)
        {
            var bytes = Hash256.Parse(Abc).ToArray();
            bytes[i] ^= 1;
            Assert.NotEqual(Hash256.Parse(Abc), new Hash256(bytes));
            Assert.Equal(bytes, new Hash256(bytes).ToArray());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("ba7816bf")]
    [InlineData(Abc + "0")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(" a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Anything_else_is_refused(string text) => Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => Hash256.Parse(text)).Code);

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Another_number_of_bytes_is_refused(int length) => Assert.Throws<DriveException>(() => new Hash256(new byte[length]));
}
