using OmnyDrive.Drives;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;
using OmnyDrive.Testing.Trees;
using Xunit;

namespace OmnyDrive.Core.Tests.Reconciling;

public class TargetPolicyTests
{
    private static readonly DriveId Docs = DriveId.Parse("alpha/docs");
    private static readonly TargetTraits Folding = new() { IsCaseInsensitive = true };

    [Fact]
    public void A_pull_of_a_name_that_the_mount_cannot_hold_is_refused_whole()
    {
        var plan = Plan("a=1", "a=2 A=3 b=4");
        Assert.Empty(plan.ToLocal);
        var conflict = plan.Conflict!;
        Assert.Equal((ConflictKind.NameRefused, "A", "a b"),
            (conflict.Kind, Assert.Single(conflict.Paths).Path.ToString(), string.Join(' ', conflict.OriginChanges.Select(change => change.Path))));
    }

    [Fact]
    public void A_pull_without_such_a_name_goes_through()
    {
        var plan = Plan("a=1", "A=1 b=4");
        Assert.Null(plan.Conflict);
        Assert.Equal(3, plan.ToLocal.Count);
    }

    [Theory]
    [InlineData("a=1", "a=1 A=1", true)]
    [InlineData("a=1", "a=2", false)]
    [InlineData("a=1", "", false)]
    [InlineData("a=1", "a/", false)]
    public void Only_a_plan_that_makes_names_in_the_mount_is_concerned(string mount, string origin, bool expected) =>
        Assert.Equal(expected, TargetPolicy.Concerns(Strict(mount, origin)));

    [Fact]
    public void The_message_names_both_names_and_why()
    {
        var conflict = Plan("d/readme=1", "d/readme=1 d/README=3").Conflict!;
        Assert.Equal("The file system of this mount cannot hold a name of alpha/docs: \"d/README\" differs from \"d/readme\" only by case. Nothing was applied.", ConflictMessage.Of(conflict));
        Assert.Contains("another name at the origin", ConflictMessage.HintOf(conflict), StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_names_three_and_counts_the_others() => Assert.Equal(
        "The file system of this mount cannot hold 5 names of alpha/docs: \"a\" differs from \"A\" only by case; \"b\" differs from \"B\" only by case; \"c\" differs from \"C\" only by case; and 2 more. Nothing was applied.",
        ConflictMessage.Of(Plan("", "a=1 A=1 b=1 B=1 c=1 C=1 d=1 D=1 e=1 E=1").Conflict!));

    [Fact]
    public void A_name_made_to_harm_a_terminal_is_printed_harmless() =>
        Assert.DoesNotContain('\u202e', ConflictMessage.Of(Plan("a\u202e=1", "a\u202e=1 A\u202e=1").Conflict!));

    private static SyncPlan Plan(string mount, string origin) => TargetPolicy.Apply(Strict(mount, origin), Docs, TreeText.Snapshot(mount), Folding);

    private static SyncPlan Strict(string mount, string origin) => StrictPolicy.Plan(
        ReconcilerTests.Reconcile(mount, mount, origin), Docs,
        new SyncRefs(TreeText.Snapshot(mount).Ref, TreeText.Snapshot(mount).Ref, TreeText.Snapshot(origin).Ref), AccessMode.ReadWrite);
}
