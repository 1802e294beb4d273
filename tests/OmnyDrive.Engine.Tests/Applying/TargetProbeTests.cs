using OmnyDrive.Engine.Applying;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Errors;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>A file system is asked what it makes of names by making some.</summary>
public sealed class TargetProbeTests : IDisposable
{
    private readonly ScratchDirectory _scratch = ScratchDirectory.InMemory();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_file_system_that_keeps_names_apart_has_no_traits()
    {
        using var root = RootDirectory.OpenAt(_scratch.Path);
        Assert.Equal(default, TargetProbe.Look(root));
    }

    [Fact]
    public void A_file_system_that_takes_two_spellings_for_one_is_found_out()
    {
        using var root = RootDirectory.Over(new FoldingDirectory(LinuxDirectory.OpenRoot(_scratch.Path)));
        Assert.Equal(new TargetTraits { IsCaseInsensitive = true }, TargetProbe.Look(root));
    }

    [Fact]
    public void Nothing_is_left_behind_and_the_root_itself_is_not_touched()
    {
        File.WriteAllText(_scratch.At("PROBE-A"), "mine");
        using var root = RootDirectory.OpenAt(_scratch.Path);
        TargetProbe.Look(root);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_scratch.At(".omnydrive", "staging")));
        Assert.Equal([".omnydrive", "PROBE-A"], Directory.EnumerateFileSystemEntries(_scratch.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("probe-a")]
    [InlineData("probe-\u00e9")]
    [InlineData("probe-b.")]
    public void A_name_that_cannot_be_made_is_an_error_and_no_answer(string name)
    {
        var faults = FaultPlan.Where((call, path) => call == FileCall.CreateNew && path.EndsWith('/' + name), FileError.Permission);
        using var root = FaultyRoot.OpenAt(_scratch.Path, faults);
        Assert.Equal(ErrorCode.Io, Assert.Throws<FileOperationException>(() => TargetProbe.Look(root)).Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_scratch.At(".omnydrive", "staging")));
    }
}
