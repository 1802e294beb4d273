using OmnyDrive.Origins;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;
using Xunit;
using static OmnyDrive.Server.Tests.Origins.PushOutcome;

namespace OmnyDrive.Server.Tests.Origins;

public abstract partial class OriginConformance
{
    private static UnixFileMode Umask { get; } = (UnixFileMode)Convert.ToInt32(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("Umask:", StringComparison.Ordinal))[6..].Trim(), 8);

    [Fact]
    public async Task A_push_lands_exactly()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin))
            .File("a.txt", "edited").File("new/deep/file", "new").File("large", Noise(3 * Mebibyte)).File("nothing", "")
            .File("dir/b.txt", "second", executable: true).File("run.sh", "#!/bin/sh\n", executable: false)
            .Remove("dir/deep").Link("link", "../elsewhere").Link("other", "a.txt").Remove("empty").Directory("hollow/er");

        var result = await draft.PushAsync(origin);

        Assert.Equal((true, draft.Target), Outcome(result));
        Assert.Equal(draft.Target, (await origin.GetHeadAsync()).Ref);
        Assert.Equal(
            """
            a.txt "edited" -
            dir/
            dir/b.txt "second" x
            hollow/
            hollow/er/
            large 3145728 -
            link -> ../elsewhere
            new/
            new/deep/
            new/deep/file "new" -
            nothing "" -
            other -> a.txt
            run.sh "#!/bin/sh\n" -
            """, Picture());
        Assert.True(Noise(3 * Mebibyte).AsSpan().SequenceEqual(File.ReadAllBytes(At("large"))));
        Assert.Equal(DateTime.UnixEpoch.AddTicks(16_000_000_001_234_567), File.GetLastWriteTimeUtc(At("new/deep/file")));
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task A_push_turns_directories_into_files_and_back()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("dir", "a file now").File("a.txt/below/x", "x").File("link/y", "y").Link("empty", "a");
        Assert.Equal((true, draft.Target), Outcome(await draft.PushAsync(origin)));
        Assert.Equal(draft.Target, (await origin.GetHeadAsync()).Ref);
        Assert.Equal("a file now", Read("dir"));
    }

    [Fact]
    public async Task Contents_of_several_sizes_land_byte_for_byte()
    {
        var origin = await PublishAsync();
        var draft = await Draft.OfAsync(origin);
        int[] sizes = [0, 1, Mebibyte - 1, Mebibyte, Mebibyte + 1, 20 * Mebibyte];
        foreach (var size in sizes)
            draft.File($"f{size}", Noise(size, size));
        Assert.True((await draft.PushAsync(origin)).Landed);
        Assert.All(sizes, size => Assert.True(Noise(size, size).AsSpan().SequenceEqual(File.ReadAllBytes(At($"f{size}")))));
    }

    [Fact]
    public async Task Begin_lists_the_contents_that_the_origin_lacks_each_once()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("one", "same").File("two", "same").File("dir/b.txt", "other").File("a.txt", "first", executable: true).Remove("run.sh");
        var intent = draft.Intent();

        var needs = await origin.BeginPushAsync(intent, draft.Trees());

        Assert.Equal(
            new[] { new ContentNeed(ContentHash.Of("same"u8), 4), new ContentNeed(ContentHash.Of("other"u8), 5) }.ToHashSet(),
            needs.ToHashSet());
        Assert.Equal(2, needs.Count);
        await origin.StageAsync(intent.Id, draft.Contents(needs));
        Assert.True((await origin.CommitPushAsync(intent.Id)).Landed);
        Assert.Equal(("same", "same"), (Read("one"), Read("two")));
        // Copies and not links: an edit of one must not show in the other.
        File.AppendAllText(At("one"), "!");
        Assert.Equal("same", Read("two"));
    }

    [Fact]
    public async Task Contents_may_be_staged_in_several_parts_at_once_and_in_any_order()
    {
        var origin = await SampleAsync();
        var draft = await Draft.OfAsync(origin);
        for (var i = 0; i < 40; i++)
            draft.File($"many/{i}", $"content {i}");
        var intent = draft.Intent();
        var needs = await origin.BeginPushAsync(intent, draft.Trees());
        await Task.WhenAll(Enumerable.Range(0, 4).Select(part => origin.StageAsync(intent.Id, MemoryContent.Stream(
            [.. Enumerable.Range(0, needs.Count).Where(i => i % 4 == part).Reverse().Select(i => draft.Content(needs, i))]))));
        Assert.True((await origin.CommitPushAsync(intent.Id)).Landed);
        Assert.Equal(draft.Target, (await origin.GetHeadAsync()).Ref);
    }

    [Fact]
    public async Task A_push_that_is_begun_again_with_its_id_starts_anew()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine").File("b.txt", "too");
        var id = PushId.New();
        var needs = await origin.BeginPushAsync(draft.Intent(id), draft.Trees());
        await origin.StageAsync(id, MemoryContent.Stream(draft.Content(needs, 0)));

        await draft.StageAsync(origin, id);

        Assert.True((await origin.CommitPushAsync(id)).Landed);
        Assert.Equal("mine", Read("a.txt"));
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task A_commit_that_is_repeated_has_the_same_answer_and_one_effect()
    {
        var origin = await SampleAsync();
        var id = await (await Draft.OfAsync(origin)).File("a.txt", "mine").StageAsync(origin);
        var first = await origin.CommitPushAsync(id);
        Assert.True(first.Landed);
        Write("a.txt", "somebody else");
        Assert.Equal(first, await origin.CommitPushAsync(id));
        Assert.Equal("somebody else", Read("a.txt"));
    }

    [Fact]
    public async Task A_commit_that_is_repeated_while_it_runs_has_the_same_answer()
    {
        var origin = await SampleAsync();
        for (var round = 0; round < 20; round++)
        {
            var draft = (await Draft.OfAsync(origin)).File("a.txt", $"round {round}");
            var id = await draft.StageAsync(origin);
            var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => origin.CommitPushAsync(id))));
            Assert.All(results, result => Assert.Equal((true, draft.Target), Outcome(result)));
            Assert.Equal((true, draft.Target), Outcome(await origin.CommitPushAsync(id)));
        }
    }

    [Fact]
    public async Task A_landed_push_that_is_begun_again_needs_nothing_and_leaves_nothing()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine");
        var id = await draft.StageAsync(origin);
        var landed = await origin.CommitPushAsync(id);

        Assert.Empty(await origin.BeginPushAsync(draft.Intent(id), draft.Trees()));
        Assert.Equal(landed, await origin.CommitPushAsync(id));
        Assert.Empty(Staged());
    }

    [Fact]
    public async Task The_trash_holds_every_version_that_a_push_displaced()
    {
        var origin = await SampleAsync();
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine").Remove("dir").Link("link", "new").File("run.sh/x", "x").File("added", "added");
        Assert.True((await draft.PushAsync(origin)).Landed);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["a.txt"] = "first",
                ["dir/b.txt"] = "second",
                ["dir/deep/c.txt"] = "third",
                ["link"] = "dir/b.txt",
                ["run.sh"] = "#!/bin/sh\n",
            }, Trash());
    }

    [Fact]
    public async Task A_new_file_has_no_permission_beyond_the_umask_and_a_replaced_one_keeps_its_own()
    {
        var origin = await SampleAsync();
        File.SetUnixFileMode(At("a.txt"), Mode("600"));
        File.SetUnixFileMode(At("run.sh"), Mode("750"));
        File.SetUnixFileMode(At("dir/b.txt"), Mode("640"));
        var draft = (await Draft.OfAsync(origin)).File("a.txt", "mine", executable: true).File("run.sh", "new", executable: true)
            .File("dir/b.txt", "edited").File("plain", "p").File("tool", "t", executable: true).Directory("directory");

        Assert.True((await draft.PushAsync(origin)).Landed);

        Assert.Equal(Mode("700"), File.GetUnixFileMode(At("a.txt")));
        Assert.Equal(Mode("750"), File.GetUnixFileMode(At("run.sh")));
        Assert.Equal(Mode("640"), File.GetUnixFileMode(At("dir/b.txt")));
        Assert.Equal(Mode("666") & ~Umask, File.GetUnixFileMode(At("plain")));
        Assert.Equal(Mode("777") & ~Umask, File.GetUnixFileMode(At("tool")));
        Assert.Equal(Mode("777") & ~Umask, File.GetUnixFileMode(At("directory")));
    }

    [Fact]
    public async Task Content_of_a_peer_never_takes_over_a_set_user_id_bit()
    {
        var origin = await SampleAsync();
        File.SetUnixFileMode(At("run.sh"), Mode("6755"));
        Assert.True((await (await Draft.OfAsync(origin)).File("run.sh", "of a peer", executable: true).PushAsync(origin)).Landed);
        Assert.Equal(Mode("755"), File.GetUnixFileMode(At("run.sh")));
    }

    [Fact]
    public async Task Two_names_of_one_file_at_the_origin_are_two_files_to_a_push()
    {
        Write("one", "linked");
        OddFiles.HardLink(At("one"), At("two"));
        var origin = await PublishAsync();
        var draft = (await Draft.OfAsync(origin)).File("one", "first").File("two", "second");
        Assert.Equal((true, draft.Target), Outcome(await draft.PushAsync(origin)));
        Assert.Equal(("first", "second"), (Read("one"), Read("two")));
        draft = (await Draft.OfAsync(origin)).Remove("one");
        Assert.True((await draft.PushAsync(origin)).Landed);
    }

    [Fact]
    public async Task Two_pushes_from_one_state_at_the_same_instant_land_exactly_once()
    {
        var first = await SampleAsync();
        var second = await Served.ConnectAsync();
        for (var round = 0; round < 50; round++)
        {
            var ours = (await Draft.OfAsync(first)).File("a.txt", $"ours {round}").File($"ours-{round}", "");
            var theirs = (await Draft.OfAsync(second)).File("a.txt", $"theirs {round}").File($"theirs-{round}", "");
            var (one, other) = (await ours.StageAsync(first), await theirs.StageAsync(second));
            using var start = new Barrier(2);

            var results = await Task.WhenAll(Together(start, first, one), Together(start, second, other));

            var winner = results[0].Landed ? ours : theirs;
            Assert.Equal((true, false), (results[0].Landed || results[1].Landed, results[0].Landed && results[1].Landed));
            Assert.All(results, result => Assert.Equal(winner.Target, result.Ref));
            Assert.Equal(winner.Target, (await first.GetHeadAsync()).Ref);
            Assert.Equal($"{(results[0].Landed ? "ours" : "theirs")} {round}", Read("a.txt"));
            AssertOnlyLeftovers();
        }
    }

    private static Task<PushResult> Together(Barrier start, ITreeOrigin origin, PushId push) => Task.Factory.StartNew(() =>
    {
        start.SignalAndWait(Patience);
        return origin.CommitPushAsync(push);
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    private static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);

    // One line a path: what it is, small content as it is, executable or not.
    private string Picture() => string.Join('\n', new DirectoryInfo(Root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
        .Select(entry => (Path: Path.GetRelativePath(Root, entry.FullName), Entry: entry))
        .Where(one => !one.Path.StartsWith(".omnydrive", StringComparison.Ordinal))
        .OrderBy(one => one.Path, StringComparer.Ordinal)
        .Select(one => one.Entry switch
        {
            { LinkTarget: { } target } => $"{one.Path} -> {target}",
            DirectoryInfo => one.Path + "/",
            FileInfo file => $"{one.Path} {(file.Length < 100 ? $"\"{File.ReadAllText(file.FullName).Replace("\n", "\\n", StringComparison.Ordinal)}\"" : file.Length)} {(file.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? "x" : "-")}",
            _ => "",
        }));
}
