using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly TestPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("bogus")]
    [InlineData("--bogus")]
    [InlineData("sync --bogus")]
    [InlineData("sync one two")]
    [InlineData("sync --policy merge")]
    [InlineData("resolve .")]
    [InlineData("resolve . a")]
    [InlineData("resolve . a --ours --theirs")]
    [InlineData("resolve . a --ours --markers")]
    [InlineData("resolve . --ours")]
    [InlineData("credential")]
    [InlineData("credential add")]
    [InlineData("credential add example.org")]
    [InlineData("credential add --pat")]
    [InlineData("credential add example.org --pat x --ssh-key y")]
    [InlineData("credential add example.org --password x")]
    [InlineData("credential add example.org --pat x --username me --password y")]
    [InlineData("credential add example.org --pat -")]
    [InlineData("credential remove")]
    [InlineData("mounts set .")]
    [InlineData("mounts set . --policy loose")]
    [InlineData("clone alpha/docs here --policy Merge")]
    [InlineData("clone alpha/docs here --keep-days 0")]
    [InlineData("publish a --keep-percent 1001")]
    [InlineData("publish a --keep-days many")]
    [InlineData("diff . --origin --theirs")]
    [InlineData("conflicts show")]
    [InlineData("conflicts show a --base --ours")]
    [InlineData("sync --allow")]
    [InlineData("sync --allow root-missing")]
    [InlineData("sync --allow everything")]
    [InlineData("sync --allow mass-delete --allow root_emptied")]
    [InlineData("sync --allow mass-delete,root-emptied")]
    [InlineData("clone alpha/docs here --allow mass-delete")]
    [InlineData("sync --compress")]
    [InlineData("sync --compress best")]
    [InlineData("sync --compress Always")]
    [InlineData("clone alpha/docs here --compress 1")]
    [InlineData("publish")]
    [InlineData("publish a --gitt")]
    [InlineData("clone alpha/docs")]
    [InlineData("drives extra")]
    [InlineData("login --hub http://localhost:1")]
    [InlineData("serve --port")]
    [InlineData("serve --port abc")]
    [InlineData("serve --port 65536")]
    [InlineData("serve --port -1")]
    [InlineData("hash")]
    [InlineData("--state")]
    public async Task A_wrong_command_line_ends_with_64(string line)
    {
        var args = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        var text = (await _place.RunAsync(args)).Expect(64);
        var json = (await _place.RunAsync(["--json", .. args])).Expect(64);

        Assert.Empty(text.Out);
        Assert.StartsWith("error: ", text.Error, StringComparison.Ordinal);
        Assert.Contains("omnydrive", text.Error, StringComparison.Ordinal);
        Assert.Equal("usage", json.ErrorCode);
        Assert.Contains("--help", json.Json.GetProperty("error").GetProperty("hint").GetString(), StringComparison.Ordinal);
        Assert.Empty(json.Error);
    }

    [Fact]
    public async Task A_mistyped_command_gets_the_nearest_one()
    {
        var result = (await _place.RunAsync("snyc")).Expect(64);

        Assert.Contains("\"snyc\"", result.Error, StringComparison.Ordinal);
        Assert.Contains("Did you mean: omnydrive sync", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_honoured_wherever_it_stands()
    {
        Assert.Equal("usage", (await _place.RunAsync("sync", "--bogus", "--json")).Expect(64).ErrorCode);
        Assert.Equal("usage", (await _place.RunAsync("--json", "sync", "--bogus")).Expect(64).ErrorCode);
    }

    [Fact]
    public async Task An_argument_behind_two_dashes_is_never_an_option()
    {
        _place.Write("--name", "x");

        (await _place.RunAsync("hash", "--", "--name")).Expect(0);
    }
}
