using OmnyDrive.Drives;
using OmnyDrive.Engine.Origins;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Filtering;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Filtering;

/// <summary>What a publisher chose goes from the state to whoever asks the origin, and a mount keeps what it saw.</summary>
public sealed class KeptFilterTests : IDisposable
{
    private static readonly FilterOptions Chosen = new(["docs/", "*.md"], ["!a \"quoted\" *.log", "é/"], ".leftout", true);

    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task An_origin_says_what_its_publisher_chose_and_a_clone_keeps_it()
    {
        await using var sides = await TwoSides.StartAsync(publish: new PublishOptions { Filter = Chosen });

        Assert.Equal(Chosen, (await sides.Alpha.OpenOrigin(TwoSides.Drive).GetHeadAsync()).Filter);
        using var store = EndpointStore.Open(sides.Scratch.At("beta-state"));
        Assert.Equal(Chosen, Assert.Single(MountTable.All(store)).Filter);
    }

    [Fact]
    public async Task Publishing_again_replaces_what_was_chosen()
    {
        await using var sides = await TwoSides.StartAsync(publish: new PublishOptions { Filter = Chosen });
        foreach (var next in new[] { Chosen with { Gitignore = false }, FilterOptions.Default })
        {
            await sides.Alpha.PublishDirectoryAsync(sides.Origin, new PublishOptions { Name = "docs", Filter = next });
            Assert.Equal(next, (await sides.Alpha.OpenOrigin(TwoSides.Drive).GetHeadAsync()).Filter);
        }
    }

    [Fact]
    public void A_mount_takes_another_filter_and_goes_back_to_none()
    {
        using var store = WithMount();
        var mount = Assert.Single(MountTable.All(store));
        Assert.Equal(FilterOptions.Default, mount.Filter);
        MountTable.SetFilter(store, mount.Id, Chosen);
        Assert.Equal(Chosen, Assert.Single(MountTable.All(store)).Filter);
        MountTable.SetFilter(store, mount.Id, FilterOptions.Default);
        Assert.Equal(FilterOptions.Default, Assert.Single(MountTable.All(store)).Filter);
    }

    [Fact]
    public void A_state_of_the_second_version_is_taken_over_and_leaves_out_nothing_new()
    {
        using (var store = WithMount())
        {
            DriveTable.Put(store, new PublishedRoot(TwoSides.Drive, ProviderNames.Directory, "/docs", AccessMode.ReadWrite, new RootIdentity("epoch", 1, 2), FilterOptions.Default));
            store.Run(db => db.Execute("DROP TABLE credentials; DROP TABLE conflicts; ALTER TABLE mounts DROP COLUMN seen; ALTER TABLE mounts DROP COLUMN policy; ALTER TABLE mounts DROP COLUMN retention; ALTER TABLE drives DROP COLUMN retention; ALTER TABLE mounts DROP COLUMN filter; ALTER TABLE drives DROP COLUMN filter; PRAGMA user_version = 2"));
        }

        using var upgraded = EndpointStore.Open(_scratch.Path);

        Assert.Equal(FilterOptions.Default, Assert.Single(MountTable.All(upgraded)).Filter);
        var drive = Assert.Single(DriveTable.All(upgraded, TwoSides.Drive.Endpoint));
        Assert.Equal(FilterOptions.Default, drive.Filter);
        DriveTable.Put(upgraded, drive with { Filter = Chosen });
        Assert.Equal(Chosen, DriveTable.Find(upgraded, TwoSides.Drive.Endpoint, "docs")!.Filter);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"include\":null,\"exclude\":[],\"ignoreFile\":\".x\",\"gitignore\":false}")]
    public void A_filter_that_cannot_be_read_is_an_error_and_not_no_filter(string damaged)
    {
        using var store = WithMount();
        store.Run(db => db.Execute("UPDATE mounts SET filter = $1", damaged));

        Assert.Equal(ErrorCode.Io, Assert.Throws<DriveException>(() => MountTable.All(store)).Code);
    }

    private EndpointStore WithMount()
    {
        var store = EndpointStore.Open(_scratch.Path);
        MountTable.Add(store, new MountRow(MountId.FromRandom(new byte[32]), TwoSides.Drive, ProviderNames.Directory, "/mount", AccessMode.ReadWrite, null, null));
        return store;
    }
}
