using OmnyDrive.Cli.Tests.Harness;

namespace OmnyDrive.Cli.Tests;

public sealed class HelpTests : IDisposable
{
    private static readonly string[] Commands =
        ["serve", "login", "serve-content", "publish", "unpublish", "drives", "clone", "mounts", "unmount", "sync", "credential", "hash", "demo", "version"];

    private readonly TestPlace _place = new();

    public static TheoryData<string> AllCommands => [.. Commands];

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Help_lists_every_command()
    {
        var help = (await _place.RunAsync("--help")).Expect(0);

        Assert.Empty(help.Error);
        Assert.All(Commands, command => Assert.Contains($"  {command} ", help.Out, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AllCommands))]
    public async Task Every_command_explains_itself_and_does_nothing(string command)
    {
        var help = (await _place.RunAsync(command, "--help")).Expect(0);

        Assert.Contains($"omnydrive {command}", help.Out, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_place.Path));
    }

    [Fact]
    public async Task The_user_guide_has_every_command()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "user-guide.md"));

        Assert.All(Commands, command => Assert.Contains($"### `{command}", guide, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_printed_in_both_spellings()
    {
        var word = (await _place.RunAsync("version")).Expect(0);
        var option = (await _place.RunAsync("--version")).Expect(0);
        var json = (await _place.RunAsync("version", "--json")).Expect(0);

        Assert.Matches(@"^omnydrive \d+\.\d+\.\d+\S*\n$", word.Out);
        Assert.Equal(word.Out, option.Out);
        Assert.Equal($"omnydrive {json.Json.GetProperty("version").GetString()}\n", word.Out);
    }
}
