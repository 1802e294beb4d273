using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Files;

public sealed class FaultyDirectoryTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_directory_without_faults_is_the_real_one_and_each_call_is_counted()
    {
        File.WriteAllText(_scratch.At("a"), "a");
        _scratch.Directory("sub");
        var plan = FaultPlan.None();
        using var directory = Open(plan);
        using var sub = directory.OpenDirectory("sub");

        directory.RenameNoReplace("a", sub, "b");

        Assert.Equal("a", File.ReadAllText(_scratch.At("sub", "b")));
        Assert.Equal((FileKind.File, null), (sub.Stat("b")?.Kind, sub.TryStat("c"u8, out _) ? FileKind.File : null as FileKind?));
        Assert.Equal((4, 1, 1, 2), (plan.Count, plan.Calls[FileCall.OpenDirectory], plan.Calls[FileCall.RenameNoReplace], plan.Calls[FileCall.StatName]));
        Assert.Empty(plan.Failed);
    }

    [Fact]
    public void The_chosen_call_alone_fails_and_does_nothing()
    {
        using var directory = Open(FaultPlan.At(2, FileError.NoSpace));
        directory.MakeDirectory("one", FileModes.AllAll);
        var error = Assert.Throws<FileOperationException>(() => directory.MakeDirectory("two", FileModes.AllAll));
        directory.MakeDirectory("three", FileModes.AllAll);
        Assert.Equal((FileError.NoSpace, $"Cannot MakeDirectory \"{_scratch.At("two")}\": injected NoSpace."), (error.Error, error.Message));
        Assert.Equal(["one", "three"], Directory.GetDirectories(_scratch.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_disk_that_is_gone_stays_gone_in_all_directories_opened_before()
    {
        _scratch.Directory("sub");
        using var directory = Open(FaultPlan.From(2, FileError.Io));
        using var sub = directory.OpenDirectory("sub");
        Assert.Throws<FileOperationException>(() => sub.Stat());
        Assert.Throws<FileOperationException>(() => directory.Stat());
    }

    [Fact]
    public void Faults_can_be_chosen_by_operation_and_path()
    {
        _scratch.Directory("sub", "below");
        var plan = FaultPlan.Where((call, path) => call == FileCall.OpenDirectory && path.EndsWith("/below", StringComparison.Ordinal), FileError.Permission);
        using var root = FaultyRoot.OpenAt(_scratch.Path, plan);
        using var sub = root.Open(DrivePath.Parse("sub"));
        Assert.Equal(FileError.Permission, Assert.Throws<FileOperationException>(() => sub.OpenDirectory("below")).Error);
        Assert.Equal($"OpenDirectory {_scratch.At("sub", "below")}", Assert.Single(plan.Failed));
    }

    [Fact]
    public void A_hidden_name_is_there_for_nobody_who_looks_and_a_broken_listing_has_given_names()
    {
        File.WriteAllText(_scratch.At("a"), "a");
        using var hiding = Open(FaultPlan.From(1, FileError.NotFound));
        Assert.Equal((null, false), (hiding.Stat("a"), hiding.TryStat("a"u8, out _)));
        var names = new NameList();
        Assert.Throws<FileOperationException>(() => hiding.List(names));
        Assert.Equal(1, names.Count);
    }

    private FaultyDirectory Open(FaultPlan plan) => new(LinuxDirectory.OpenRoot(_scratch.Path), plan);
}
