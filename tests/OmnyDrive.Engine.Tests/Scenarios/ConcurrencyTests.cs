using OmnyDrive.Drives;
using OmnyDrive.Errors;
using OmnyDrive.Origins;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;

namespace OmnyDrive.Engine.Tests.Scenarios;

/// <summary>Several syncs at once.</summary>
public sealed class ConcurrencyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Of_two_pushes_from_one_baseline_exactly_one_lands_and_the_other_is_a_conflict()
    {
        await using var sides = await TwoSides.StartAsync();
        var second = await sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Scratch.At("second"));
        (MountId Id, string Path)[] mounts = [(sides.Id, sides.Mount), (second.Mount.Id, second.Mount.Path)];
        var won = new int[2];
        for (var round = 0; round < (Iterations.All ? 1000 : 100); round++)
        {
            // In every other round both stand right before their commits; in the others they run freely.
            sides.Steps.OnStep = round % 2 == 0 ? MeetAt(OriginStep.BeforeCommit, mounts.Length) : null;
            foreach (var (_, path) in mounts)
                File.WriteAllText(Path.Combine(path, "a.txt"), $"{path} {round}");

            var outcomes = await Task.WhenAll(mounts.Select(mount => Task.Run(() => TryAsync(sides.Beta, mount.Id))));

            var winner = Array.FindIndex(outcomes, outcome => outcome == "Pushed");
            Assert.True(winner >= 0 && outcomes[1 - winner] == "conflict a.txt", $"round {round}: {string.Join(", ", outcomes)}");
            Assert.Equal($"{mounts[winner].Path} {round}", File.ReadAllText(sides.AtOrigin("a.txt")));
            Assert.Equal($"{mounts[1 - winner].Path} {round}", File.ReadAllText(Path.Combine(mounts[1 - winner].Path, "a.txt")));
            won[winner]++;
            sides.Steps.OnStep = null;
            File.Copy(sides.AtOrigin("a.txt"), Path.Combine(mounts[1 - winner].Path, "a.txt"), overwrite: true);
            Assert.Equal("Clean", await TryAsync(sides.Beta, mounts[1 - winner].Id));
        }
        // What the losers left was taken over by the next, again and again.
        Assert.InRange(Directory.GetFileSystemEntries(sides.AtOrigin(".omnydrive/staging")).Length, 0, mounts.Length);
    }

    [Fact]
    public async Task Many_pushes_of_the_same_change_agree()
    {
        await using var sides = await TwoSides.StartAsync();
        var mounts = new List<(MountId Id, string Path)> { (sides.Id, sides.Mount) };
        for (var i = 0; i < 5; i++)
        {
            var clone = await sides.Beta.CloneDriveAsync(TwoSides.Drive, sides.Scratch.At($"more{i}"));
            mounts.Add((clone.Mount.Id, clone.Mount.Path));
        }
        for (var round = 0; round < 5; round++)
        {
            sides.Steps.OnStep = MeetAt(OriginStep.BeforePush, mounts.Count);
            foreach (var (_, path) in mounts)
                File.WriteAllText(Path.Combine(path, "same.txt"), $"same {round}");

            var outcomes = await Task.WhenAll(mounts.Select(mount => Task.Run(() => TryAsync(sides.Beta, mount.Id))));

            Assert.Single(outcomes, "Pushed");
            Assert.Equal(mounts.Count - 1, outcomes.Count(outcome => outcome == "Clean"));
            Assert.Equal($"same {round}", File.ReadAllText(sides.AtOrigin("same.txt")));
        }
    }

    [Fact]
    public async Task A_second_sync_of_one_mount_is_refused_as_locked_and_the_first_goes_on()
    {
        await using var sides = await TwoSides.StartAsync();
        File.WriteAllText(sides.InMount("a.txt"), "mine");
        string? second = null;
        sides.Steps.OnStep = async step =>
        {
            if (step == OriginStep.BeforeCommit)
                second = await TryAsync(sides.Beta, sides.Id);
        };

        Assert.Equal(SyncStatus.Pushed, (await sides.SyncAsync()).Status);

        Assert.Equal(ErrorCode.LockHeld, second);
        Assert.Equal("mine", File.ReadAllText(sides.AtOrigin("a.txt")));
    }

    [Fact]
    public async Task A_sync_of_a_mount_that_is_being_cloned_is_refused_and_the_clone_goes_on()
    {
        await using var sides = await TwoSides.StartAsync();
        var place = sides.Scratch.At("second");
        string? sync = null, clone = null;
        sides.Steps.OnStep = async step =>
        {
            if (step != OriginStep.BeforeFetch || sync is not null)
                return;
            sync = await TryAsync(sides.Beta, sides.Beta.FindMount(place).Id);
            clone = (await Assert.ThrowsAsync<DriveException>(() => sides.Beta.CloneDriveAsync(TwoSides.Drive, place))).Code;
        };

        var cloned = await sides.Beta.CloneDriveAsync(TwoSides.Drive, place);

        Assert.Equal((ErrorCode.Invalid, ErrorCode.LockHeld), (sync, clone));
        Assert.Equal(MountStatus.Ready, cloned.Mount.Status);
    }

    [Fact]
    public async Task Of_clones_into_one_place_at_once_one_lands_and_the_others_leave_it_alone()
    {
        await using var sides = await TwoSides.StartAsync();
        for (var round = 0; round < 10; round++)
        {
            var place = sides.Scratch.At($"place{round}");

            var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                try
                {
                    await sides.Beta.CloneDriveAsync(TwoSides.Drive, place);
                    return "cloned";
                }
                catch (DriveException e)
                {
                    return e.Code;
                }
            })));

            Assert.Single(outcomes, "cloned");
            Assert.All(outcomes, outcome => Assert.Contains(outcome, new[] { "cloned", ErrorCode.LockHeld, ErrorCode.DestinationNotEmpty }));
            Assert.Equal(Testing.DiskTree.Describe(sides.Origin, times: true), Testing.DiskTree.Describe(place, times: true));
            Assert.Equal("Clean", await TryAsync(sides.Beta, sides.Beta.FindMount(place).Id));
        }
    }

    [Fact]
    public async Task A_commit_that_is_asked_for_twice_at_once_lands_once_and_both_hear_so()
    {
        await using var sides = await TwoSides.StartAsync();
        var origin = (ITreeOrigin)sides.Alpha.OpenOrigin(TwoSides.Drive);
        for (var round = 0; round < 10; round++)
        {
            File.WriteAllText(sides.AtOrigin("a.txt"), $"round {round}");
            var head = await origin.GetHeadAsync();
            var id = PushId.New();
            await origin.BeginPushAsync(new PushIntent(id, head.Ref, SyncRef.OfTree(Tree.Empty.Hash)) { Allowed = [Brake.RootEmptied] }, AsyncEnumerable.Empty<LocatedTree>());

            var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => origin.CommitPushAsync(id))));

            Assert.All(results, result => Assert.True(result.Landed));
            Assert.True((await origin.CommitPushAsync(id)).Landed);
            Assert.Equal([".omnydrive"], Directory.GetFileSystemEntries(sides.Origin).Select(Path.GetFileName));
        }
    }

    // Nobody goes on from the step before as many as that have come to it; later comers pass.
    private static Func<OriginStep, Task> MeetAt(OriginStep step, int count)
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var here = 0;
        return async at =>
        {
            if (at != step)
                return;
            if (Interlocked.Increment(ref here) == count)
                all.SetResult();
            await all.Task.WaitAsync(Patience);
        };
    }

    private static async Task<string> TryAsync(LocalDriveEndpoint endpoint, MountId mount)
    {
        try
        {
            return (await endpoint.SyncMountAsync(mount)).Status.ToString();
        }
        catch (ConflictDetectedException e)
        {
            return $"conflict {string.Join(' ', e.Conflict.Paths.Select(path => path.Path))}";
        }
        catch (DriveException e)
        {
            return e.Code;
        }
    }
}
