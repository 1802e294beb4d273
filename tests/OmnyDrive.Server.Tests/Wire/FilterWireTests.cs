using System.Text.Json;
using OmnyDrive.Client.Wire;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using Xunit;

namespace OmnyDrive.Server.Tests.Wire;

public class FilterWireTests
{
    [Fact]
    public void A_head_from_before_there_were_filters_leaves_out_nothing_by_flags() =>
        Assert.Equal(FilterOptions.Default, Read("""{"ref":"r","accessMode":"read-only","capabilities":[]}"""));

    [Fact]
    public void The_default_filter_is_not_sent_so_that_an_older_peer_sees_what_it_knows() =>
        Assert.DoesNotContain("filter", JsonSerializer.Serialize(new HeadDto("r", "read-only", [], FilterDto.Of(FilterOptions.Default)), ContentJson.Default.HeadDto), StringComparison.Ordinal);

    [Fact]
    public void A_filter_arrives_as_it_was_sent()
    {
        var filter = new FilterOptions(["a", "b"], ["!c"], ".x", true);
        Assert.Equal(filter, FilterDto.Read(FilterDto.Of(filter)));
        Assert.Equal(filter, Read("""{"ref":"r","accessMode":"read-only","capabilities":[],"filter":{"include":["a","b"],"exclude":["!c"],"ignoreFile":".x","gitignore":true,"later":1}}"""));
    }

    [Theory]
    [InlineData("""{"include":[""],"exclude":[],"ignoreFile":".x","gitignore":false}""")]
    [InlineData("""{"include":[null],"exclude":[],"ignoreFile":".x","gitignore":false}""")]
    [InlineData("""{"include":[],"exclude":["a\u0000b"],"ignoreFile":".x","gitignore":false}""")]
    [InlineData("""{"include":[],"exclude":["["],"ignoreFile":".x","gitignore":false}""")]
    [InlineData("""{"include":[],"exclude":[],"ignoreFile":"../x","gitignore":false}""")]
    [InlineData("""{"include":[],"exclude":[],"ignoreFile":".git","gitignore":false}""")]
    public void A_filter_that_is_none_breaks_the_protocol(string filter) => AssertBreaks(filter);

    [Fact]
    public void A_filter_beyond_the_limits_breaks_the_protocol()
    {
        AssertBreaks(With([.. Enumerable.Repeat("a", 1001)]));
        AssertBreaks(With([new string('a', 4097)]));
        AssertBreaks(With([.. Enumerable.Repeat(new string('a', 4096), 17)]));
        Assert.Equal(1000, Read(Head(With([.. Enumerable.Repeat("a", 1000)]))).Exclude.Count);
    }

    private static void AssertBreaks(string filter) => Assert.Equal(ErrorCode.Protocol, Assert.Throws<DriveException>(() => Read(Head(filter))).Code);

    private static string With(IReadOnlyList<string> exclude) => $$"""{"include":[],"exclude":["{{string.Join("\",\"", exclude)}}"],"ignoreFile":".x","gitignore":false}""";

    private static string Head(string filter) => $$"""{"ref":"r","accessMode":"read-only","capabilities":[],"filter":{{filter}}}""";

    private static FilterOptions Read(string head) => FilterDto.Read(JsonSerializer.Deserialize(head, ContentJson.Default.HeadDto)!.Filter);
}
