using OmnyDrive.Reconciling;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Programs that read and write the files all the while that syncs run.</summary>
public sealed class OnlookerTests
{
    private const int Length = 200_000;

    private static readonly int Rounds = Iterations.All ? 2000 : 100;

    [Fact]
    public async Task Who_reads_a_file_again_and_again_while_pushes_land_sees_the_old_bytes_or_the_new_ones()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllBytes(sides.InMount("a.txt"), Filled(0));
        await sides.SyncAsync();
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(() => Read(sides.AtOrigin("a.txt"), stop.Token));
        for (var round = 1; round <= Rounds; round++)
        {
            File.WriteAllBytes(sides.InMount("a.txt"), Filled((byte)round));
            Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);
        }
        await stop.CancelAsync();
        var (seen, torn) = await reading;
        Assert.Empty(torn);
        Assert.True(seen > 1, $"{seen} contents were seen");
    }

    [Fact]
    public async Task Of_what_somebody_adds_to_a_file_at_any_time_during_pulls_nothing_is_lost()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.AtOrigin("a.txt"), "first\n");
        await sides.SyncAsync();
        var random = new Random(5);
        var written = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            File.AppendAllText(sides.AtOrigin("a.txt"), $"origin {round}\n");
            var pause = random.Next(40);
            var editing = Task.Run(() =>
            {
                for (var i = 0; i < 4; i++)
                {
                    Thread.SpinWait(pause * 2000);
                    File.AppendAllText(sides.InMount("a.txt"), $"mount {round}.{i}\n");
                }
            });
            await TrySyncAsync(sides);
            await editing;
            written.Add($"origin {round}");
            written.AddRange(Enumerable.Range(0, 4).Select(i => $"mount {round}.{i}"));

            var kept = Lines(sides.Origin).Concat(Lines(sides.Mount)).ToHashSet();
            Assert.Empty(written.Except(kept));

            // Somebody settles it: both sides get all lines.
            var all = File.ReadAllLines(sides.AtOrigin("a.txt")).Union(File.ReadAllLines(sides.InMount("a.txt")));
            File.WriteAllLines(sides.AtOrigin("a.txt"), all);
            File.WriteAllLines(sides.InMount("a.txt"), all);
            Assert.Equal(SyncStatus.Clean, (await sides.SyncAsync()).Status);
        }
    }

    private static byte[] Filled(byte with)
    {
        var bytes = new byte[Length];
        bytes.AsSpan().Fill(with);
        return bytes;
    }

    private static (int Seen, List<string> Torn) Read(string path, CancellationToken stop)
    {
        var (seen, torn) = (new HashSet<byte>(), new List<string>());
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var bytes = File.ReadAllBytes(path);
                if (bytes.Length != Length || bytes.AsSpan().ContainsAnyExcept(bytes[0]))
                    torn.Add($"{bytes.Length} bytes, not all {bytes.FirstOrDefault()}");
                else
                    seen.Add(bytes[0]);
            }
            catch (FileNotFoundException)
            {
                torn.Add("nothing");
            }
        }
        return (seen.Count, torn);
    }

    private static async Task TrySyncAsync(TwoSides sides)
    {
        try
        {
            await sides.SyncAsync();
        }
        catch (ConflictDetectedException)
        {
            // Nothing was changed.
        }
    }

    // Also what was displaced.
    private static IEnumerable<string> Lines(string root) => Directory.EnumerateFiles(root, "a.txt*", SearchOption.AllDirectories).SelectMany(File.ReadAllLines);
}
