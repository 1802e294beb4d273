using System.Buffers.Binary;
using CsCheck;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Snapshots;

/// <summary>The encoding is frozen: a vector that changes here changes every ref there is.</summary>
public class TreeEncodingTests
{
    private static readonly long Many = Iterations.Of(4_000);

    private static readonly Tree File = Tree.Of([new("a.txt", TreeText.File("hello\n"))]);

    private static readonly Tree Mixed = Tree.Of(
    [
        new("zero", TreeText.File("")), new("secret", Entry.Unknown), new("run", TreeText.File("#!/bin/sh\n", executable: true)),
        new("link", Entry.Symlink("a.txt")), new("b", Entry.Directory(File.Hash)), new("a.txt", TreeText.File("hello\n")),
    ]);

    private static readonly Dictionary<string, (Tree Tree, string Encoding, string Hash)> Known = new()
    {
        ["empty"] = (Tree.Empty,
            "4f4d4e540100000000",
            "9c025270c7ce14dfce980285c9ba55b4aa39f95cd6d3df33cf656f5104c4d04a"),
        ["file"] = (File,
            "4f4d4e5401000000010205612e74787400000000000000065891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
            "f628a8ce84fb92f9cf9cb61e58a6ced4b0a795abe94216b83d247a989bc06c42"),
        ["executable file"] = (Tree.Of([new("run", TreeText.File("#!/bin/sh\n", executable: true))]),
            "4f4d4e5401000000010303" + "72756e" + "000000000000000a" + "a8076d3d28d21e02012b20eaf7dbf75409a6277134439025f282e368e3305abf",
            "24b0f5bd2b639ffebc473d00746956123002ad423f66cdc1e384b787358dac83"),
        ["large file"] = (Tree.Of([new("big", Entry.File(4 << 20, new ContentHash(Hash256.Parse("0903bb137b6f7b56cecb4f45f5541e4588fd111231bd7b59a2f0a5fc7bc2f788"))))]),
            "4f4d4e5401000000010203" + "626967" + "0000000000400000" + "0903bb137b6f7b56cecb4f45f5541e4588fd111231bd7b59a2f0a5fc7bc2f788",
            "594b3cae4dea099df4a84a5c93fd213ea69421c016306a09981bd42b445509c5"),
        ["link"] = (Tree.Of([new("link", Entry.Symlink("../target"))]),
            "4f4d4e54010000000104046c696e6b00092e2e2f746172676574",
            "bfb9f8cc7d4e13a80c31a8c2acd4951e85402d3b11b583e6b1773cf0a381eb55"),
        ["unknown"] = (Tree.Of([new("secret", Entry.Unknown)]),
            "4f4d4e5401000000010506736563726574",
            "564f1c0dd478d3f0d484124264bd2b7175160c7cd7c33ece3bd4896906d09d08"),
        ["empty directory"] = (Tree.Of([new("dir", Entry.Directory(Tree.Empty.Hash))]),
            "4f4d4e54010000000101036469729c025270c7ce14dfce980285c9ba55b4aa39f95cd6d3df33cf656f5104c4d04a",
            "39afa8431d3ae511f90dbb8c4d3e489b71865fce21fb621b8b08e6f0c5b5281b"),
        ["every kind"] = (Mixed,
            "4f4d4e540100000006"
            + "0205612e74787400000000000000065891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
            + "010162f628a8ce84fb92f9cf9cb61e58a6ced4b0a795abe94216b83d247a989bc06c42"
            + "04046c696e6b0005612e747874"
            + "030372756e000000000000000aa8076d3d28d21e02012b20eaf7dbf75409a6277134439025f282e368e3305abf"
            + "0506736563726574"
            + "02047a65726f0000000000000000e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "44dd3db700b1364aa0e90d61e0deb2fb7632afb418aad34100286ed7ad548fda"),
        ["order of names"] = (Tree.Of(new[] { "\uffee", "\U0001F600", "é", "z", "a", "a.b", "a-b" }.Select(name => new NamedEntry(name, TreeText.File("")))),
            "4f4d4e540100000007" + string.Concat(new[] { "0161", "03612d62", "03612e62", "017a", "02c3a9", "03efbfae", "04f09f9880" }
                .Select(name => "02" + name + "0000000000000000e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")),
            "f472039054cd5cba7011840db5c14419ff30ce3ef0eb87bb5a6c96e6e5ea98f9"),
    };

    public static TheoryData<string> Names { get; } = [.. Known.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_encoding_and_the_hash_are(string name)
    {
        var (tree, encoding, hash) = Known[name];
        Assert.Equal(encoding, Convert.ToHexStringLower(TreeEncoding.Encode(tree)));
        Assert.Equal(hash, tree.Hash.ToString());
        Assert.Equal(tree.Entries, TreeEncoding.Decode(Convert.FromHexString(encoding)).Entries);
    }

    [Fact]
    public void Decoding_gives_back_what_was_encoded() => TreeGen.TreeWithUnknown.Sample(flat =>
    {
        var snapshot = flat.ToSnapshot();
        var tree = snapshot.Trees.Read(DrivePath.Root, snapshot.Root);
        var decoded = TreeEncoding.Decode(TreeEncoding.Encode(tree));
        Assert.Equal(tree.Entries, decoded.Entries);
        Assert.Equal(tree.Hash, decoded.Hash);
    }, iter: Many);

    [Fact]
    public void Bytes_are_refused_or_are_the_one_encoding_of_what_they_decode_to() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Byte, Gen.Int[0, 1000], Gen.Byte).Sample((at, value, at2, value2) =>
        {
            var bytes = TreeEncoding.Encode(Mixed);
            bytes[at % bytes.Length] = value;
            bytes[at2 % bytes.Length] = value2;
            try
            {
                Assert.Equal(bytes, TreeEncoding.Encode(TreeEncoding.Decode(bytes)));
            }
            catch (DriveException)
            {
                // Refused, and not with any other exception.
            }
        }, iter: Iterations.Of(20_000));

    [Fact]
    public void Every_truncation_is_refused()
    {
        var bytes = TreeEncoding.Encode(Mixed);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(ErrorCode.Protocol, Refused(bytes[..length]));
    }

    [Fact]
    public void Trailing_bytes_are_refused() => Assert.Equal(ErrorCode.Protocol, Refused([.. TreeEncoding.Encode(Mixed), 0]));

    [Fact]
    public void Another_version_is_refused_as_such() => Assert.Equal(ErrorCode.UnsupportedVersion, Refused([.. "OMNT\u0002"u8, 0, 0, 0, 0]));

    [Fact]
    public void Something_that_is_no_tree_is_refused() => Assert.Equal(ErrorCode.Protocol, Refused("PK\u0003\u0004 or so"u8.ToArray()));

    [Theory]
    [InlineData("0500")]                                     // a name of no bytes
    [InlineData("05022e2e")]                                 // ..
    [InlineData("05012e")]                                   // .
    [InlineData("0503612f62")]                               // a/b
    [InlineData("0503615c62")]                               // a\b
    [InlineData("0502610a")]                                 // a and a line feed
    [InlineData("05026100")]                                 // a and NUL
    [InlineData("05042e676974")]                             // .git
    [InlineData("05042e474954")]                             // .GIT
    [InlineData("05052e6769742e")]                           // .git.
    [InlineData("0505" + "6769747e31")]                      // git~1
    [InlineData("05072e67e2808c6974")]                       // .g, zero width non-joiner, it
    [InlineData("050a2e6f6d6e796472697665")]                 // .omnydrive
    [InlineData("050a2e4f6d6e794472697665")]                 // .OmnyDrive
    public void A_name_that_no_tree_may_hold_is_refused(string entry) =>
        Assert.Contains(Refused(Encoded(entry)), new[] { ErrorCode.Invalid, ErrorCode.Protocol });

    [Theory]
    [InlineData("050162", "050161")]                         // b, a
    [InlineData("050161", "050161")]                         // a, a
    [InlineData("050162", "050161", "050163")]               // b, a, c
    [InlineData("0504f09f9880", "0503efbfae")]               // in the order of UTF-16, which is not ours
    [InlineData("0601" + "61")]                              // a kind that does not exist
    [InlineData("0001" + "61")]
    [InlineData("0501ff")]                                   // not UTF-8
    [InlineData("0502c0af")]                                 // an overlong slash
    [InlineData("0503eda080")]                               // a surrogate
    [InlineData("0401610000")]                               // a link to nothing
    [InlineData("04016100026100")]                           // a link to a and NUL
    [InlineData("0401610001ff")]                             // a link to what is not UTF-8
    [InlineData("0201618000000000000000e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")] // a negative size
    public void Anything_but_the_canonical_encoding_is_refused(params string[] entries) => Assert.Equal(ErrorCode.Protocol, Refused(Encoded(entries)));

    [Fact]
    public void A_link_longer_than_any_file_system_holds_is_refused() =>
        Assert.Equal(ErrorCode.Protocol, Refused(Encoded("040161" + "1000" + string.Concat(Enumerable.Repeat("61", 4096)))));

    [Theory]
    [InlineData(1u)]
    [InlineData(1_000_000u)]
    [InlineData(int.MaxValue)]
    [InlineData(uint.MaxValue)]
    public void A_claim_of_more_entries_than_there_are_bytes_for_is_refused_before_anything_is_allocated_for_it(uint count)
    {
        byte[] bytes = [.. "OMNT\u0001"u8, 0, 0, 0, 0, 5];
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(5), count);
        Refused(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ErrorCode.Protocol, Refused(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void An_entry_that_could_not_be_decoded_cannot_be_made()
    {
        Assert.Throws<DriveException>(() => Entry.Symlink(""));
        Assert.Throws<DriveException>(() => Entry.Symlink("a\0b"));
        Assert.Throws<DriveException>(() => Entry.Symlink("\ud800"));
        Assert.Throws<DriveException>(() => Entry.Symlink(new string('a', Entry.MaxTargetBytes + 1)));
        Assert.Throws<DriveException>(() => Entry.Symlink(new string('é', Entry.MaxTargetBytes / 2 + 1)));
        Assert.Throws<DriveException>(() => Entry.File(-1, default));
        var longest = Tree.Of([new("a", Entry.Symlink(new string('a', Entry.MaxTargetBytes)))]);
        Assert.Equal(longest.Entries, TreeEncoding.Decode(TreeEncoding.Encode(longest)).Entries);
    }

    private static byte[] Encoded(params string[] entries)
    {
        byte[] bytes = [.. "OMNT\u0001"u8, 0, 0, 0, (byte)entries.Length, .. entries.SelectMany(Convert.FromHexString)];
        return bytes;
    }

    private static string Refused(byte[] bytes) => Assert.Throws<DriveException>(() => TreeEncoding.Decode(bytes)).Code;
}
