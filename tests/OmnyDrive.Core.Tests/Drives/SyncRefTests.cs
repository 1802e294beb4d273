using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using Xunit;

namespace OmnyDrive.Core.Tests.Drives;

public class SyncRefTests
{
    private const string Hex40 = "0123456789abcdef0123456789abcdef01234567";
    private const string Hex64 = Hex40 + "0123456789abcdef01234567";

    [Fact]
    public void The_ref_of_a_tree_is_its_root_hash()
    {
        var value = SyncRef.OfTree(Tree.Empty.Hash);
        Assert.Equal("dir:9c025270c7ce14dfce980285c9ba55b4aa39f95cd6d3df33cf656f5104c4d04a", value.ToString());
        Assert.True(value.IsTree);
        Assert.Equal(Tree.Empty.Hash, value.Tree);
        Assert.Equal(value, SyncRef.Parse(value.ToString()));
        Assert.Equal(value, Snapshot.Empty.Ref);
    }

    [Theory]
    [InlineData(Hex40)]
    [InlineData(Hex64)]
    public void The_ref_of_a_commit_is_its_hash(string sha)
    {
        var value = SyncRef.OfCommit(sha);
        Assert.Equal("git:" + sha, value.ToString());
        Assert.False(value.IsTree);
        Assert.Throws<DriveException>(() => value.Tree);
    }

    [Fact]
    public void A_tree_and_a_commit_of_one_hash_are_two_refs() => Assert.NotEqual(SyncRef.Parse("dir:" + Hex64), SyncRef.Parse("git:" + Hex64));

    [Theory]
    [InlineData("")]
    [InlineData("dir")]
    [InlineData("dir:")]
    [InlineData("dir:" + Hex40)]
    [InlineData("dir:" + Hex64 + "0")]
    [InlineData("DIR:" + Hex64)]
    [InlineData("git:")]
    [InlineData("git:" + Hex40 + "0")]
    [InlineData("git:0123456789ABCDEF0123456789abcdef01234567")]
    [InlineData("git:g123456789abcdef0123456789abcdef01234567")]
    [InlineData("git:--upload-pack=x")]
    [InlineData("git:HEAD")]
    [InlineData("svn:" + Hex40)]
    [InlineData(Hex64)]
    [InlineData(" dir:" + Hex64)]
    [InlineData("dir:" + Hex64 + "\n")]
    public void Anything_else_is_refused(string text) => Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => SyncRef.Parse(text)).Code);
}
