using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests;

public sealed class HashCommandTests : IDisposable
{
    private readonly TestPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public async Task A_small_file_has_the_hash_that_sha256sum_prints(string text, string expected)
    {
        _place.Write("file", text);

        Assert.Equal(expected + "\n", (await _place.RunAsync("hash", "file")).Expect(0).Out);
    }

    [Theory]
    [InlineData((1 << 20) - 1, "sha256:8f5f985d51100f07a5e8c9284ce6ccf44847410922faf2e06ac0175b5d7f0faf")]
    [InlineData(1 << 20, "cdc:41abe6c36c481992253004879360352dc265429237715984c2d81543c356ddec")]
    [InlineData(5_000_000, "cdc:2f963f9577b225135e3702c6bd490fd40009ca4022f3125cf36024745ed34542")]
    public async Task From_one_mebibyte_on_a_file_is_hashed_by_its_chunks(int size, string expected)
    {
        File.WriteAllBytes(_place["file"], Bytes(size));

        var value = (await _place.RunAsync("--json", "hash", "file")).Expect(0).Json;

        Assert.Equal(expected, value.GetProperty("hash").GetString());
        Assert.Equal(size, value.GetProperty("size").GetInt64());
        Assert.Equal(_place["file"], value.GetProperty("path").GetString());
    }

    [Fact]
    public async Task A_missing_file_is_not_found()
    {
        var result = (await _place.RunAsync("--json", "hash", "nope")).Expect(3);

        Assert.Equal("path_not_found", result.ErrorCode);
        Assert.Contains(_place["nope"], result.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_has_the_ref_that_it_would_have_as_a_drive()
    {
        Directory.CreateDirectory(_place["tree"]);
        await File.WriteAllTextAsync(_place["tree/file"], "abc");
        var value = (await _place.RunAsync("--json", "hash", "tree")).Expect(0).Json;
        Assert.StartsWith("dir:", value.GetProperty("hash").GetString(), StringComparison.Ordinal);
        Assert.Equal((3, 1), (value.GetProperty("size").GetInt64(), value.GetProperty("files").GetInt64()));
        Assert.Equal(value.GetProperty("hash").GetString() + "\n", (await _place.RunAsync("hash", "tree")).Expect(0).Out);
        Assert.Equal(["file"], Directory.EnumerateFileSystemEntries(_place["tree"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_path_cannot_write_to_the_terminal()
    {
        var result = (await _place.RunAsync("hash", "evil\u001b]0;title\u0007\u202Ename")).Expect(3);

        Assert.DoesNotContain('\u001b', result.Error);
        Assert.Contains("evil\\u001b]0;title\\u0007\\u202ename", result.Error, StringComparison.Ordinal);
    }

    // A linear congruential generator, easy to repeat in any language.
    private static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        var state = 1u;
        for (var i = 0; i < size; i++)
            bytes[i] = (byte)((state = unchecked((state * 1664525) + 1013904223)) >> 24);
        return bytes;
    }
}
