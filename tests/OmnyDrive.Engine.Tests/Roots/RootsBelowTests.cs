using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Roots;
using OmnyDrive.Engine.Tests.Files;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests.Roots;

public sealed class RootsBelowTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    private string Top => _scratch.Directory("top");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_root_is_found_however_deep_it_lies_and_not_the_top_itself()
    {
        Mark(Top);
        Assert.Null(Find());
        var deep = Path.Combine([Top, .. Enumerable.Repeat("level", 150)]);
        Mark(deep);
        Assert.Equal(deep, Find());
    }

    [Fact]
    public void A_root_of_another_kind_and_one_over_a_link_are_none()
    {
        Mark(_scratch.Directory("outside"));
        Directory.CreateSymbolicLink(Path.Combine(Top, "link"), _scratch.At("outside"));
        Directory.CreateDirectory(Path.Combine(Top, "dir"));
        Directory.CreateSymbolicLink(Path.Combine(Top, "dir", ".omnydrive"), _scratch.At("outside", ".omnydrive"));
        File.WriteAllText(Path.Combine(_scratch.Directory("top", "other"), ".omnydrive"), "a file");
        Mark(Path.Combine(Top, "drive"));
        Assert.Null(Find(marker => marker.Mount is not null));
        Assert.Equal(Path.Combine(Top, "drive"), Find());
    }

    [Fact]
    public void What_cannot_be_opened_or_listed_is_passed_over_and_its_neighbours_are_looked_at()
    {
        Mark(Path.Combine(Top, "a"));
        Directory.CreateDirectory(Path.Combine(Top, "closed", "below"));
        Directory.CreateDirectory(Path.Combine(Top, "z"));
        foreach (var call in new[] { FileCall.OpenBelow, FileCall.List, FileCall.StatName })
        {
            using var root = FaultyRoot.OpenAt(Top, FaultPlan.Where((at, path) => at == call && path.EndsWith("/closed", StringComparison.Ordinal), FileError.Permission));
            Assert.Equal(Path.Combine(Top, "a"), RootsBelow.Find(root.Top, _ => true));
        }
    }

    private string? Find(Func<Marker, bool>? isOfKind = null)
    {
        using var root = RootDirectory.OpenAt(Top);
        return RootsBelow.Find(root.Top, isOfKind ?? (_ => true));
    }

    private static void Mark(string directory)
    {
        Directory.CreateDirectory(directory);
        using var root = RootDirectory.OpenAt(directory);
        MarkerFile.Write(root, Marker.Empty with { Drive = new DriveMark("alpha/notes", "epoch") });
    }
}
