using OmnyDrive.Origins;
using OmnyDrive.Testing;
using Xunit;

namespace OmnyDrive.Server.Tests.Origins;

public abstract partial class OriginConformance
{
    private const int Mebibyte = 1 << 20;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Mebibyte - 1)]
    [InlineData(Mebibyte)]
    [InlineData(Mebibyte + 1)]
    [InlineData(20 * Mebibyte + 17)]
    public async Task A_content_of_any_size_arrives_byte_for_byte(int size)
    {
        var bytes = Noise(size);
        Write("file", bytes);
        var origin = await PublishAsync();
        await origin.GetHeadAsync();
        var (outcome, content) = Assert.Single(await FetchAsync(origin, Request("file", bytes)));
        Assert.Equal(ContentOutcome.Complete, outcome);
        Assert.True(bytes.AsSpan().SequenceEqual(content));
    }

    [Fact]
    public async Task Contents_arrive_in_the_order_asked_for_also_the_same_one_twice()
    {
        var origin = await SampleAsync();
        await origin.GetHeadAsync();
        var contents = await FetchAsync(origin, Request("run.sh", "#!/bin/sh\n"), Request("a.txt", "first"), Request("dir/deep/c.txt", "third"), Request("a.txt", "first"));
        Assert.Equal(["#!/bin/sh\n", "first", "third", "first"], contents.Select(one => System.Text.Encoding.UTF8.GetString(one.Content)));
    }

    [Fact]
    public async Task What_is_gone_or_was_never_there_is_unavailable_and_the_others_still_come()
    {
        Write("goes", "goes away");
        Write("shrinks", "shrinks soon");
        Write("grows", "grows");
        Write("turns", "turns into a link");
        var origin = await SampleAsync();
        await origin.GetHeadAsync();
        File.Delete(At("goes"));
        Write("shrinks", "short");
        File.AppendAllText(At("grows"), " and grows");
        File.Delete(At("turns"));
        File.WriteAllText(Served.Scratch.At("outside"), "turns into a link");
        File.CreateSymbolicLink(At("turns"), Served.Scratch.At("outside"));

        var contents = await FetchAsync(origin,
            Request("goes", "goes away"), Request("a.txt", "first"), Request("shrinks", "shrinks soon"), Request("grows", "grows"), Request("turns", "turns into a link"),
            Request("a.txt", "other"), Request("none", ""), Request("dir", ""), Request("link", "second"), Request("", ""), Request("dir/b.txt", "second"));

        Assert.Equal([1, 10], contents.Index().Where(one => one.Item.Outcome == ContentOutcome.Complete).Select(one => one.Index));
        Assert.All(contents.Where(one => one.Outcome != ContentOutcome.Complete), one => Assert.Equal((ContentOutcome.Unavailable, 0), (one.Outcome, one.Content.Length)));
    }

    [Fact]
    public async Task A_content_behind_a_directory_that_became_a_link_is_unavailable()
    {
        var origin = await SampleAsync();
        await origin.GetHeadAsync();
        Directory.Move(At("dir"), Served.Scratch.At("outside"));
        Directory.CreateSymbolicLink(At("dir"), Served.Scratch.At("outside"));
        Assert.Equal(ContentOutcome.Unavailable, Assert.Single(await FetchAsync(origin, Request("dir/b.txt", "second"))).Outcome);
    }

    [Fact]
    public async Task A_fifo_in_the_place_of_a_file_blocks_nobody()
    {
        var origin = await SampleAsync();
        await origin.GetHeadAsync();
        File.Delete(At("a.txt"));
        OddFiles.Fifo(At("a.txt"));
        var contents = await FetchAsync(origin, Request("a.txt", "first"), Request("dir/b.txt", "second")).WaitAsync(Patience);
        Assert.Equal([ContentOutcome.Unavailable, ContentOutcome.Complete], contents.Select(one => one.Outcome));
    }

    [Theory]
    [InlineData(".omnydrive/marker.json")]
    [InlineData(".git/config")]
    [InlineData("dir/.git/config")]
    public async Task A_private_file_is_unavailable_even_to_one_who_knows_its_hash(string path)
    {
        Write(".git/config", "[core]");
        Write("dir/.git/config", "[core]");
        var origin = await SampleAsync();
        await origin.GetHeadAsync();
        var (outcome, content) = Assert.Single(await FetchAsync(origin, Request(path, File.ReadAllBytes(At(path)))));
        Assert.Equal((ContentOutcome.Unavailable, 0), (outcome, content.Length));
    }

    [Fact]
    public async Task A_content_that_is_not_read_to_its_end_does_not_disturb_the_next()
    {
        var bytes = Noise(3 * Mebibyte);
        Write("large", bytes);
        Write("small", "small");
        var origin = await PublishAsync();
        await origin.GetHeadAsync();
        var last = "";
        await foreach (var content in origin.FetchAsync([Request("large", bytes), Request("large", bytes), Request("small", "small")]))
        {
            if (content.Index == 1)
                await content.ReadAsync(new byte[10], CancellationToken.None);
            if (content.Index == 2)
                last = System.Text.Encoding.UTF8.GetString(await MemoryContent.ReadAllAsync(content));
        }
        Assert.Equal("small", last);
    }

    private static async Task<List<(ContentOutcome Outcome, byte[] Content)>> FetchAsync(ITreeOrigin origin, params ContentRequest[] requests)
    {
        var all = new List<(ContentOutcome, byte[])>();
        await foreach (var content in origin.FetchAsync(requests))
        {
            Assert.Equal(all.Count, content.Index);
            var bytes = await MemoryContent.ReadAllAsync(content);
            all.Add((content.Outcome, bytes));
        }
        return all;
    }
}
