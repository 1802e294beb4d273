using OmnyDrive.Drives;
using OmnyDrive.Engine.State;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

public sealed class BaselineTableTests
{
    private static readonly MountId Mount = MountId.FromRandom(new byte[32]);

    [Fact]
    public void Trees_of_old_baselines_go_and_the_baseline_stays_readable()
    {
        using var store = Store(null);
        for (var generation = 0; generation < 10; generation++)
        {
            Save(store, generation);
            AssertReadable(BaselineTable.Load(store, Row(store)), generation);
        }
        Assert.InRange(Count(store), 501, 1_700);
    }

    [Fact]
    public void Where_an_interrupted_pull_was_going_stays_readable()
    {
        using var store = Store(null);
        for (var generation = 0; generation < 6; generation++)
            Save(store, generation);
        BaselineTable.SavePending(store, Mount, Generation(6), null);

        AssertReadable(BaselineTable.LoadPending(store, Row(store))!, 6);
        AssertReadable(BaselineTable.Load(store, Row(store)), 5);
        BaselineTable.Save(store, Mount, new AdvancedBaseline(Generation(6).Root, []), null, DateTimeOffset.UnixEpoch);
        AssertReadable(BaselineTable.Load(store, Row(store)), 6);
    }

    [Fact]
    public void Trees_that_are_stored_already_are_counted_once()
    {
        using var store = Store(null);
        Save(store, 0);
        var (before, after) = (Generation(0), Generation(1));

        BaselineTable.Save(store, Mount, after with { NewTrees = [.. before.NewTrees.Take(100), .. after.NewTrees, .. after.NewTrees.Take(3)] }, null, DateTimeOffset.UnixEpoch);

        AssertReadable(BaselineTable.Load(store, Row(store)), 1);
        Assert.Equal((1002, 1002), (Count(store), Counted(store)));
    }

    [Fact]
    public void A_state_of_the_first_version_is_taken_over()
    {
        using var scratch = new ScratchDirectory();
        using (var store = Store(scratch.Path))
        {
            Save(store, 0);
            store.Run(db => db.Execute("DROP TABLE credentials; DROP TABLE conflicts; ALTER TABLE mounts DROP COLUMN seen; ALTER TABLE mounts DROP COLUMN policy; ALTER TABLE mounts DROP COLUMN retention; ALTER TABLE drives DROP COLUMN retention; ALTER TABLE mounts DROP COLUMN trees; ALTER TABLE mounts DROP COLUMN swept; ALTER TABLE mounts DROP COLUMN filter; ALTER TABLE drives DROP COLUMN filter; PRAGMA user_version = 1"));
        }

        using var upgraded = EndpointStore.Open(scratch.Path);

        AssertReadable(BaselineTable.Load(upgraded, Row(upgraded)), 0);
        Assert.Equal(Count(upgraded), Counted(upgraded));
    }

    private static EndpointStore Store(string? directory)
    {
        var store = EndpointStore.Open(directory);
        MountTable.Add(store, new MountRow(Mount, DriveId.Parse("alpha/docs"), ProviderNames.Directory, "/mount", AccessMode.ReadWrite, null, null));
        return store;
    }

    private static MountRow Row(EndpointStore store) => Assert.Single(MountTable.All(store));

    private static long Counted(EndpointStore store) => store.Read(db => db.Query("SELECT trees FROM mounts", row => row.GetInt64(0))).Single();

    private static long Count(EndpointStore store) => store.Read(db => db.Query("SELECT COUNT(*) FROM trees", row => row.GetInt64(0))).Single();

    private static void Save(EndpointStore store, int generation) => BaselineTable.Save(store, Mount, Generation(generation), null, DateTimeOffset.UnixEpoch);

    // Five hundred directories, all of them others in each generation.
    private static AdvancedBaseline Generation(int generation)
    {
        var below = Enumerable.Range(0, 500).Select(i => Tree.Of([new NamedEntry("link", Entry.Symlink($"{generation}.{i}"))])).ToList();
        var top = Tree.Of(below.Select((tree, i) => new NamedEntry($"d{i}", Entry.Directory(tree.Hash))));
        return new AdvancedBaseline(top.Hash, [.. below, top]);
    }

    private static void AssertReadable(Snapshot baseline, int generation)
    {
        Assert.Equal(Generation(generation).Root, baseline.Root);
        Assert.All(Enumerable.Range(0, 500), i => Assert.Equal($"{generation}.{i}", baseline.Find(DrivePath.Parse($"d{i}/link"))!.Target));
    }
}
