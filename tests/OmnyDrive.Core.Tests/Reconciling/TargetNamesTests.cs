using CsCheck;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public class TargetNamesTests
{
    private static readonly long Many = Iterations.Of(2_000);

    private static readonly TargetTraits Every = new() { IsCaseInsensitive = true, IsNormalizationInsensitive = true, DropsTrailingDots = true, HasWindowsNames = true };

    private static readonly string[] Spellings = ["a", "A", "\u00e9", "e\u0301", "\u00c9", "E\u0301", "s\u0323\u0307", "s\u0307\u0323", "\u1e69", "\u1e68", "\U00010400", "\U00010428"];

    // Traits by their first letters, what the target holds, what it shall hold, the refused paths and why.
    public static TheoryData<string, string, string, string> Table { get; } = new()
    {
        { "", "a=1", "a=1 A=2 CON=3 dot.=4", "" },
        { "c", "readme=1", "readme=1 README=2", "README differs from \"readme\" only by case" },
        { "c", "d/e/readme=1", "d/e/readme=1 d/e/README=2", "d/e/README differs from \"d/e/readme\" only by case" },
        { "c", "", "b=1 B=2", "b differs from \"B\" only by case" },
        { "c", "", "abc=1 ABC=2 aBc=3", "aBc differs from \"ABC\" only by case; abc differs from \"ABC\" only by case" },
        { "c", "a=1", "A=1", "" },
        { "c", "Dir/x=1", "dir/x=1", "" },
        { "c", "a=1 A=2", "a=2 A=3", "" },
        { "c", "a=1 A=2", "a=2 A=3 b=1", "" },
        { "c", "a=1 d/x=1", "a=1 d/A=1", "" },
        { "c", "dir/x=1", "dir/x=1 Dir/y=1", "Dir differs from \"dir\" only by case" },
        { "c", "", "dir/x=1 dir/X=2", "dir/x differs from \"dir/X\" only by case" },
        { "c", "a=1", "a/x=1 a/X=1", "a/x differs from \"a/X\" only by case" },
        { "c", "a=1", "a=1 A/x=1", "A differs from \"a\" only by case" },
        { "c", "a?", "a? A=1", "A differs from \"a\" only by case" },
        { "c", "\u00e4=1", "\u00e4=1 \u00c4=1", "\u00c4 differs from \"\u00e4\" only by case" },
        { "c", "\u00e9=1", "\u00e9=1 e\u0301=1", "" },
        { "c", "stra\u00dfe=1", "stra\u00dfe=1 STRASSE=1", "" },
        { "n", "\u00e9=1", "\u00e9=1 e\u0301=1", "e\u0301 differs from \"\u00e9\" only by how its characters are composed" },
        { "n", "e\u0301=1", "e\u0301=1 \u00e9=1", "\u00e9 differs from \"e\u0301\" only by how its characters are composed" },
        { "n", "\u00e9=1", "e\u0301=1", "" },
        { "n", "a=1", "a=1 A=1", "" },
        { "n", "\u00e9=1", "\u00e9=1 E\u0301=1", "" },
        { "cn", "\u00e9=1", "\u00e9=1 E\u0301=1", "E\u0301 differs from \"\u00e9\" only by case and how its characters are composed" },
        { "d", "a=1", "a=1 b.=1 .c=1", "b. ends with a dot, which that file system drops" },
        { "d", "b.=1", "b.=2", "" },
        { "w", "", "drivers/aux.c=1 ok=1", "drivers/aux.c is a device on Windows" },
        { "w", "", "a:b=1 c.=1", "a:b has a :, which Windows does not allow in a name; c. ends with a dot or space, which Windows does not keep" },
        { "w", "con=1", "con=2 x=1", "" },
        { "w", "", "con/x=1", "con is a device on Windows" },
        { "cndw", "a=1 d/x=1", "a=1 d/x=2 d/y=1 e/a=1", "" },
    };

    [Theory, MemberData(nameof(Table))]
    public void A_name_that_the_target_cannot_hold_is_refused_and_no_other(string traits, string before, string after, string expected)
    {
        var target = TreeText.Snapshot(before);
        var refused = TargetNames.Refused(target, [.. TreeDiff.Compare(target, TreeText.Snapshot(after))], Of(traits));
        Assert.Equal(expected, string.Join("; ", refused.Select(path => $"{path.Path} {path.Reason}")));
    }

    [Fact]
    public void A_refused_path_tells_what_the_origin_has_there()
    {
        var target = TreeText.Snapshot("a=1");
        var refused = Assert.Single(TargetNames.Refused(target, [.. TreeDiff.Compare(target, TreeText.Snapshot("a=1 A=2"))], Every));
        Assert.Equal(((Entry?)null, (Entry?)null, (Entry?)TreeText.File("2")), (refused.Base, refused.Ours, refused.Theirs));
    }

    [Fact]
    public void A_target_that_keeps_every_name_refuses_none() => Changes.Sample((before, changes) =>
        Assert.Empty(TargetNames.Refused(before, changes, default)), iter: Many);

    [Fact]
    public void Whichever_of_two_names_is_there_the_other_is_refused_likewise() => Gen.Select(Names, Names, Traits).Sample((one, other, traits) =>
    {
        if (one == other)
            return;
        Assert.Equal(IsTakenFor(one, other, traits), IsTakenFor(other, one, traits));
        Assert.Equal(IsTakenFor(one, other, traits), traits.KeyOf(one) == traits.KeyOf(other));
    }, iter: Many);

    [Fact]
    public void Once_what_is_refused_is_left_out_all_names_of_a_directory_differ_to_the_target() => Gen.Select(Changes, Traits).Sample((found, traits) =>
    {
        var (_, changes) = found;
        var refused = TargetNames.Refused(Snapshot.Empty, [.. changes.Where(change => change.To is not null).Select(change => change with { From = null })], traits);
        var left = changes.Where(change => change.To is not null).Select(change => change.Path).Except(refused.Select(path => path.Path)).ToList();
        Assert.Equal(left.Count, left.Select(path => (path.Parent, traits.KeyOf(path.Name))).Distinct().Count());
        Assert.Equal(refused.Select(path => path.Path).Order(), refused.Select(path => path.Path));
    }, iter: Many);

    [Fact]
    public void The_order_of_the_changes_does_not_matter() => Gen.Select(Changes, Traits, Gen.Int).Sample((found, traits, seed) =>
    {
        var (before, changes) = found;
        var shuffled = changes.OrderBy(change => HashCode.Combine(seed, change.Path)).ToList();
        Assert.Equal(TargetNames.Refused(before, changes, traits), TargetNames.Refused(before, shuffled, traits));
    }, iter: Many);

    [Fact]
    public void Only_directories_on_the_way_to_what_is_added_are_read()
    {
        var before = TreeText.Snapshot("a/b/x=1 a/c/x=1 d/x=1 e=1");
        var changes = TreeDiff.Compare(before, TreeText.Snapshot("a/b/x=1 a/b/X=1 a/c/x=2 e=1")).ToList();
        Assert.Single(TargetNames.Refused(RecordingTreeReader.Of(before, out var reader), changes, Every));
        Assert.Equal(["", "a", "a/b"], reader.Paths.Select(path => path.ToString()).Order(StringComparer.Ordinal));
    }

    private static Gen<string> Names { get; } = Gen.Int[0, Spellings.Length - 1].Select(i => Spellings[i]);

    private static Gen<TargetTraits> Traits { get; } = Gen.Select(Gen.Bool, Gen.Bool, (folds, composes) => new TargetTraits { IsCaseInsensitive = folds, IsNormalizationInsensitive = composes });

    private static Gen<(Snapshot Before, IReadOnlyList<Change> Changes)> Changes { get; } = Gen.Select(Trees(), Trees(), (before, after) =>
        (before, (IReadOnlyList<Change>)[.. TreeDiff.Compare(before, after)]));

    private static Gen<Snapshot> Trees() => Names.Array[1, 3].Array[0, 6].Select(paths =>
    {
        var tree = new FlatTree();
        foreach (var path in paths)
            tree.Put(DrivePath.Parse(string.Join('/', path)), TreeText.File("1"));
        return tree.ToSnapshot();
    });

    private static bool IsTakenFor(string name, string there, TargetTraits traits)
    {
        var target = TreeText.Snapshot($"{there}=1");
        return TargetNames.Refused(target, [new Change(DrivePath.Parse(name), null, TreeText.File("2"))], traits).Count > 0;
    }

    private static TargetTraits Of(string letters) => new()
    {
        IsCaseInsensitive = letters.Contains('c', StringComparison.Ordinal),
        IsNormalizationInsensitive = letters.Contains('n', StringComparison.Ordinal),
        DropsTrailingDots = letters.Contains('d', StringComparison.Ordinal),
        HasWindowsNames = letters.Contains('w', StringComparison.Ordinal),
    };
}
