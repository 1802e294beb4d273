using OmnyDrive.Drives;
using OmnyDrive.Errors;
using Xunit;

namespace OmnyDrive.Core.Tests.Drives;

public class IdTests
{
    public static TheoryData<string> Endpoints { get; } = ["a", "0", "alpha", "my-laptop", "a_b", "a-", "0-9", new string('a', 64)];

    public static TheoryData<string> NoEndpoints { get; } =
        ["", " ", "-a", "_a", "Alpha", "a b", "a.b", "a/b", "é", "a\n", "a\0", "..", "--upload-pack", new string('a', 65)];

    public static TheoryData<string> Drives { get; } =
        ["a/b", "alpha/docs", "alpha/my.docs-2_3", "alpha/0", "alpha/a..", new string('a', 64) + "/" + new string('b', 100)];

    public static TheoryData<string> NoDrives { get; } =
    [
        "", "alpha", "/docs", "alpha/", "/", "alpha/docs/more", "alpha//docs", "Alpha/docs", "alpha/Docs", "alpha/.docs", "alpha/-docs", "alpha/_docs", "alpha/..", "alpha/a b",
        "alpha/a\\b", "alpha/é", "al.pha/docs", "alpha/a\n", "alpha/" + new string('b', 101), new string('a', 65) + "/b",
    ];

    public static TheoryData<string> NoMounts { get; } =
        ["", "m-", "m-0123456789a", "m-0123456789abc", "m-0123456789aB", "m-0123456789ag", "M-0123456789ab", "x-0123456789ab", " m-0123456789a", "0123456789abcd"];

    [Theory, MemberData(nameof(Endpoints))]
    public void An_endpoint_id_reads_as_it_prints(string text)
    {
        Assert.Equal(text, EndpointId.Parse(text).ToString());
        Assert.Equal(EndpointId.Parse(text), EndpointId.Parse(text));
    }

    [Theory, MemberData(nameof(NoEndpoints))]
    public void A_malformed_endpoint_id_is_refused(string text)
    {
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => EndpointId.Parse(text)).Code);
        Assert.False(EndpointId.TryParse(text, out var id));
        Assert.Equal("", id.Value);
    }

    [Theory, MemberData(nameof(Drives))]
    public void A_drive_id_reads_as_it_prints(string text)
    {
        var id = DriveId.Parse(text);
        Assert.Equal(text, id.ToString());
        Assert.Equal(id, DriveId.Of(EndpointId.Parse(text.Split('/')[0]), text.Split('/')[1]));
    }

    [Theory, MemberData(nameof(NoDrives))]
    public void A_malformed_drive_id_is_refused(string text)
    {
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => DriveId.Parse(text)).Code);
        Assert.False(DriveId.TryParse(text, out _));
    }

    [Fact]
    public void A_mount_id_is_made_of_six_random_bytes_and_reads_as_it_prints()
    {
        var id = MountId.FromRandom([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xff]);
        Assert.Equal("m-0123456789ab", id.ToString());
        Assert.Equal(id, MountId.Parse("m-0123456789ab"));
    }

    [Theory, MemberData(nameof(NoMounts))]
    public void A_malformed_mount_id_is_refused(string text) =>
        Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => MountId.Parse(text)).Code);

    [Fact]
    public void Nothing_at_all_is_no_id()
    {
        Assert.False(EndpointId.TryParse(null, out _));
        Assert.False(DriveId.TryParse(null, out _));
        Assert.False(MountId.TryParse(null, out _));
        Assert.False(SyncRef.TryParse(null, out _));
    }

    [Theory]
    [InlineData("docs", "docs")]
    [InlineData("My Docs", "my-docs")]
    [InlineData("  My   Docs!  ", "my-docs")]
    [InlineData("v1.2_final", "v1.2_final")]
    [InlineData(".config", "config")]
    [InlineData("--x", "x")]
    [InlineData("a--b", "a--b")]
    [InlineData("a - b", "a-b")]
    [InlineData("Café", "cafe")]
    [InlineData("Cafe\u0301", "cafe")]
    [InlineData("ÀÉÎÕÜ ñç", "aeiou-nc")]
    [InlineData("Łódź Šaří", "lodz-sari")]
    [InlineData("Straße æ", "strasse-ae")]
    [InlineData("My - Docs", "my-docs")]
    [InlineData("日本", "drive")]
    [InlineData("", "drive")]
    [InlineData("...", "drive")]
    [InlineData("日本 2", "2")]
    [InlineData("\ud800x", "x")]
    public void A_persons_name_becomes_a_drive_name(string text, string expected)
    {
        Assert.Equal(expected, DriveId.NameFrom(text));
        Assert.Equal(expected, DriveId.Of(EndpointId.Parse("a"), expected).Name);
    }

    [Fact]
    public void A_long_name_is_cut_to_what_an_id_may_have()
    {
        Assert.Equal(new string('x', 100), DriveId.NameFrom(new string('x', 300)));
        Assert.Equal(new string('x', 99), DriveId.NameFrom(new string('x', 99) + " y"));
        Assert.Equal(new string('x', 64), EndpointId.FromName(new string('X', 300)).Value);
    }

    [Fact]
    public void A_persons_name_for_a_device_becomes_an_endpoint_id_or_is_refused()
    {
        Assert.Equal("my-laptop", EndpointId.FromName("My Laptop").Value);
        Assert.Equal("host-local", EndpointId.FromName("host.local").Value);
        Assert.Throws<DriveException>(() => EndpointId.FromName("日本"));
    }
}
