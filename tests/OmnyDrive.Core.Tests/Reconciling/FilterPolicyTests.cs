using System.Text;
using OmnyDrive.Filtering;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

/// <summary>Nothing is made of what a side merely leaves out.</summary>
public sealed class FilterPolicyTests
{
    private const string Same = "-";

    /// <summary>Base, mount, origin (each "path=content …"), what each side leaves out, then: to the mount, to the origin, conflicts, what leaves the baseline.</summary>
    public static TheoryData<string, string, string, string, string, string, string> Cases => new()
    {
        // What the origin begins to leave out.
        { "a.log=1", "a.log=1", "", Same, "*.log", "", "~a.log" },
        { "d/a.log=1", "d/a.log=1", "", Same, "*.log", "", "~d ~d/a.log" },
        { "d/a.log=1 d/b=1", "d/a.log=1 d/b=1", "", Same, "*.log", "<d/b", "~d ~d/a.log" },
        { "d/a=1 d/b=1", "d/a=1 d/b=1", "", Same, "d/", "", "~d ~d/a ~d/b" },
        { "a.log=1", "a.log=2", "", Same, "*.log", "", "~a.log" },
        // What the mount begins to leave out.
        { "a.log=1", "", "a.log=1", "*.log", Same, "", "~a.log" },
        { "d/a.log=1 d/b=1", "", "d/a.log=1 d/b=1", "*.log", Same, ">d/b", "~d ~d/a.log" },
        { "a.log=1", "", "a.log=2", "*.log", Same, "!a.log", "" },
        // What both leave out, and what neither does.
        { "a.log=1", "", "", "*.log", "*.log", "", "" },
        { "a=1", "", "a=1", "*.log", "*.log", ">a", "" },
        { "a=1", "a=1", "", "*.log", "*.log", "<a", "" },
        // What the origin adds where the mount leaves out.
        { "", "", "a.log=1", "*.log", Same, "<a.log", "" },
        { "", "", "own.log=2", "*.log", Same, "!own.log", "" },
        { "", "", "own.log=own", "*.log", Same, "", "+own.log" },
        { "", "", "own.log/x=1", "*.log", Same, "!own.log <own.log/x", "" },
        { "", "", "own/x=1", "own/", Same, "<own/x", "+own" },
        // What the mount adds where the origin leaves out.
        { "", "a.log=1", "", Same, "*.log", "", "" },
        { "", "a.log=1 b=1", "", Same, "*.log", ">b", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_path_that_a_side_leaves_out_is_not_one_that_it_deleted(string before, string local, string origin, string leftOut, string originLeftOut, string flows, string settled)
    {
        Snapshot b = Of(before), l = Of(local), o = Of(origin);
        var result = FilterPolicy.Apply(Reconciler.Reconcile(b, l, o), Rules(leftOut), new OriginTreeRules(Rules(originLeftOut), Rules(originLeftOut)), OwnAt, []);
        var seen = result.Found.ToLocal.Select(change => $"<{change.Path}")
            .Concat(result.Found.ToOrigin.Select(change => $">{change.Path}"))
            .Concat(result.Found.Conflicts.Select(conflict => $"!{conflict.Path}"));
        Assert.Equal(flows, string.Join(' ', seen.Order(StringComparer.Ordinal)));
        Assert.Equal(settled, string.Join(' ', result.Settled.Select(path => $"{(path.Value is null ? '~' : '+')}{path.Key}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void What_the_origin_lacks_by_the_rules_that_it_has_is_not_deleted_though_it_gets_others()
    {
        Snapshot both = Of("a.log=1"), lacking = Of("");
        var result = FilterPolicy.Apply(Reconciler.Reconcile(both, both, lacking), Rules(Same), new OriginTreeRules(Now: Rules("*.log"), After: Rules(Same)), OwnAt, []);
        Assert.Empty(result.Found.ToLocal);
        Assert.Equal([DrivePath.Parse("a.log")], result.Settled.Keys);
    }

    [Fact]
    public void An_ignore_file_is_never_left_out()
    {
        var rules = new TreeRules(new FilterOptions(["src/"], ["*ignore"], FilterOptions.DefaultIgnoreFile, true), new Dictionary<DrivePath, IReadOnlyList<IgnoreFile>>());
        Assert.Equal([false, false, true, true], new[] { ".omnyignore", "src/.gitignore", "src/other.ignore", "docs/file" }.Select(path => rules.IsFiltered(DrivePath.Parse(path), isDirectory: false)));
    }

    private static Entry? OwnAt(DrivePath path) => path.ToString() switch
    {
        "own.log" => Entry.File(3, ContentHash.Of("own"u8)),
        "own" => Entry.Directory(Tree.Empty.Hash),
        _ => null,
    };

    private static TreeRules Rules(string leftOut) => new(
        FilterOptions.Default, leftOut == Same ? new Dictionary<DrivePath, IReadOnlyList<IgnoreFile>>() : new() { [DrivePath.Root] = [IgnoreFile.Parse(Encoding.UTF8.GetBytes(leftOut))] });

    private static Snapshot Of(string files)
    {
        var flat = new FlatTree();
        foreach (var file in files.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (path, content) = (DrivePath.Parse(file.Split('=')[0]), Encoding.UTF8.GetBytes(file.Split('=')[1]));
            for (var holder = path.Parent; !holder.IsRoot; holder = holder.Parent)
                flat[holder] = FlatTree.Directory;
            flat[path] = Entry.File(content.Length, ContentHash.Of(content));
        }
        return flat.ToSnapshot();
    }
}
