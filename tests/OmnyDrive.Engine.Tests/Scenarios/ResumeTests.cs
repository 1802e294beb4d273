using OmnyDrive.Chunking;
using OmnyDrive.Engine.Tests.Scanning;
using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>A transfer that was cut is continued by the next: what arrived does not travel again, unless somebody touched it.</summary>
public sealed class ResumeTests
{
    private const int MiB = 1 << 20;

    // Two streams, each in the middle of a chunk or of a small file when it is cut.
    private const long Lost = 2 * FastCdc.MaxSize;

    public enum Kind
    {
        Pull,
        Clone,
        Push,
    }

    public static MatrixTheoryData<Kind, int, bool> Cuts => new(Enum.GetValues<Kind>(), [0, 150_000, 900_000, 2 * MiB, 4 * MiB], [false, true]);

    [Theory, MemberData(nameof(Cuts))]
    public async Task The_second_attempt_moves_only_the_rest(Kind kind, int after, bool restarts)
    {
        await using var sides = await TwoSides.StartAsync();
        var total = Fill(kind == Kind.Push ? sides.Mount : sides.Origin);

        await BreakOffAsync(sides, kind, after);
        if (restarts)
            await sides.RestartBetaAsync();
        var rest = await CompleteAsync(sides, kind);

        Assert.InRange(rest, total - after, total - after + Lost);
        AssertNothingStaged(kind == Kind.Push ? sides.Origin : Target(sides, kind));
    }

    [Theory]
    [InlineData(Kind.Pull)]
    [InlineData(Kind.Push)]
    public async Task A_transfer_that_is_cut_again_and_again_comes_to_its_end(Kind kind)
    {
        await using var sides = await TwoSides.StartAsync();
        var total = Fill(kind == Kind.Push ? sides.Mount : sides.Origin);
        for (var i = 0; i < 4; i++)
            await BreakOffAsync(sides, kind, 1_200_000);
        Assert.InRange(await CompleteAsync(sides, kind), 0, total - 4 * (1_200_000 - Lost));
    }

    public enum Tampering
    {
        Flipped,
        Longer,
        Shorter,
        Zeros,
        Directory,
        Link,
        Fifo,
    }

    public static MatrixTheoryData<Kind, Tampering> Tamperings => new([Kind.Pull, Kind.Push], Enum.GetValues<Tampering>());

    [Theory, MemberData(nameof(Tamperings))]
    public async Task What_was_staged_is_not_believed_where_somebody_touched_it(Kind kind, Tampering how)
    {
        await using var sides = await TwoSides.StartAsync();
        Fill(kind == Kind.Push ? sides.Mount : sides.Origin);
        await BreakOffAsync(sides, kind, 4 * MiB);
        var staging = Path.Combine(kind == Kind.Push ? sides.Origin : sides.Mount, ".omnydrive", "staging");
        var left = Directory.GetFiles(staging, "*", SearchOption.AllDirectories);
        Assert.Contains(left, file => file.EndsWith(".part", StringComparison.Ordinal));
        Assert.Contains(left, file => !file.EndsWith(".part", StringComparison.Ordinal));
        var outside = sides.Scratch.At("outside");
        await File.WriteAllTextAsync(outside, "outside");
        foreach (var file in left)
            Tamper(how, file, outside);

        await CompleteAsync(sides, kind);

        Assert.Equal("outside", await File.ReadAllTextAsync(outside));
    }

    [Fact]
    public async Task What_the_origin_changed_after_the_cut_arrives_as_it_is_now()
    {
        await using var sides = await TwoSides.StartAsync();
        Fill(sides.Origin);
        await BreakOffAsync(sides, Kind.Pull, 4 * MiB);
        await File.WriteAllBytesAsync(sides.AtOrigin("large"), LargeFile.Random(5 * MiB, 99));
        for (var i = 0; i < 20; i++)
            await File.WriteAllTextAsync(sides.AtOrigin($"small{i}"), $"other {i}");
        await CompleteAsync(sides, Kind.Pull);
    }

    [Fact]
    public async Task What_was_staged_goes_after_three_days()
    {
        var time = new ShiftedTime();
        await using var sides = await TwoSides.StartAsync(time: time);
        var total = Fill(sides.Origin);
        await BreakOffAsync(sides, Kind.Pull, 4 * MiB);
        time.Advance(TimeSpan.FromDays(4));
        Assert.Equal(total, await CompleteAsync(sides, Kind.Pull));
    }

    private static long Fill(string root)
    {
        for (var i = 0; i < 40; i++)
            File.WriteAllBytes(Path.Combine(root, $"small{i}"), LargeFile.Random(10_000 + i, i));
        File.WriteAllBytes(Path.Combine(root, "large"), LargeFile.Random(5 * MiB, 50));
        return Enumerable.Range(0, 40).Sum(i => 10_000L + i) + 5 * MiB;
    }

    private static string Target(TwoSides sides, Kind kind) => kind == Kind.Clone ? sides.Scratch.At("second") : sides.Mount;

    private static Task RunAsync(TwoSides sides, Kind kind) => kind == Kind.Clone ? sides.Beta.CloneDriveAsync(TwoSides.Drive, Target(sides, kind)) : sides.SyncAsync();

    private static async Task BreakOffAsync(TwoSides sides, Kind kind, long after)
    {
        _ = new Wire(sides, after);
        Assert.Equal(ErrorCode.OriginUnreachable, (await Assert.ThrowsAsync<DriveException>(() => RunAsync(sides, kind))).Code);
        sides.Steps.OnContent = null;
    }

    /// <summary>Completes it and returns how many bytes travelled.</summary>
    private static async Task<long> CompleteAsync(TwoSides sides, Kind kind)
    {
        var wire = new Wire(sides);
        await RunAsync(sides, kind);
        Assert.Equal(DiskTree.Describe(sides.Origin, times: true), DiskTree.Describe(Target(sides, kind), times: true));
        return wire.Bytes;
    }

    private static void AssertNothingStaged(string root) => Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(root, ".omnydrive", "staging")));

    private static void Tamper(Tampering how, string file, string outside)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[0] ^= 1;
        File.Delete(file);
        switch (how)
        {
            case Tampering.Flipped: File.WriteAllBytes(file, bytes); break;
            case Tampering.Longer: File.WriteAllBytes(file, [.. bytes, .. new byte[6 * MiB]]); break;
            case Tampering.Shorter: File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]); break;
            case Tampering.Zeros: File.WriteAllBytes(file, new byte[bytes.Length]); break;
            case Tampering.Directory: Directory.CreateDirectory(file); break;
            case Tampering.Link: File.CreateSymbolicLink(file, outside); break;
            default: OddFiles.Fifo(file); break;
        }
    }
}
