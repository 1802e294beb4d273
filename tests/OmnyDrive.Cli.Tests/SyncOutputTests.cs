using System.Security.Cryptography;
using System.Text.Json;
using OmnyDrive.Cli.Json;
using OmnyDrive.Cli.Output;
using OmnyDrive.Drives;
using OmnyDrive.Engine;
using OmnyDrive.Errors;
using OmnyDrive.Reconciling;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Cli.Tests;

/// <summary>What sync prints for outcomes of the engine, without an engine.</summary>
public sealed class SyncOutputTests : IDisposable
{
    private static readonly SyncRef Before = SyncRef.OfTree(Hash256.Of("before"u8)), Mine = SyncRef.OfTree(Hash256.Of("mine"u8)), After = SyncRef.OfTree(Hash256.Of("after"u8));
    private static readonly DriveId Drive = DriveId.Parse("alpha/notes");
    private static readonly MountInfo Mount = new(MountId.Parse("m-0123456789ab"), Drive, "/home/x/mount", AccessMode.ReadWrite, MountStatus.Ready, Before, null);

    private readonly StringWriter _out = new(), _error = new();

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void A_push_prints_what_was_made_and_where()
    {
        var result = new SyncResult(Mount.Id, SyncStatus.Pushed, After, Before,
            [new(Side.Origin, new Change(Path("a"), null, File("a"))), new(Side.Origin, new Change(Path("b"), File("b"), Entry.Symlink("a")))],
            [new Problem("locked", "permission denied")], new SyncMetrics(2, 1, 7, 100, TimeSpan.FromMilliseconds(12.6)));

        SyncReport.Print(Printer(json: false), Mount, SyncValues.Of(result));

        Assert.Equal("pushed 2 changes from /home/x/mount to alpha/notes (1 byte, 7 bytes reused, 12 ms)\n  add    a\n  type   b\n", _out.ToString());
        Assert.Equal("warning: \"locked\" was left as it is: permission denied\n", _error.ToString());
    }

    [Fact]
    public void The_JSON_of_a_push_has_the_promised_shape()
    {
        var result = new SyncResult(Mount.Id, SyncStatus.Pushed, After, Before, [new(Side.Origin, new Change(Path("ä"), null, File("a")))], [], new SyncMetrics(1, 2, 5, 3, TimeSpan.FromMilliseconds(4)));

        SyncReport.Print(Printer(json: true), Mount, SyncValues.Of(result));

        Assert.Equal($$$"""{"mountId":"m-0123456789ab","status":"pushed","ref":"{{{After}}}","previousRef":"{{{Before}}}","appliedChanges":1,"changes":[{"path":"ä","side":"origin","kind":"add"}],"conflicts":[],"metrics":{"filesChanged":1,"bytesTransferred":2,"bytesReused":5,"bytesOnWire":3,"durationMs":4},"problems":[]}""" + "\n", _out.ToString());
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public void Both_directions_of_a_plan_are_listed()
    {
        var plan = new SyncPlan(Before, Before, After, [new Change(Path("a"), File("a"), null)], [], null, [Path("u")]);

        var value = SyncValues.Of(Mount, plan);
        SyncReport.Print(Printer(json: false), Mount, value);

        Assert.Equal(("planned", 0), (value.Status, value.AppliedChanges));
        Assert.Equal([new ChangeValue("a", "local", "delete")], value.Changes);
        Assert.Equal("u", Assert.Single(value.Problems).Path);
        Assert.Equal("planned 1 change from alpha/notes into /home/x/mount; nothing was done\n  delete a\n", _out.ToString());
    }

    [Fact]
    public void A_file_that_was_moved_is_told_as_one_and_kept_as_two_changes()
    {
        var result = new SyncResult(Mount.Id, SyncStatus.Merged, After, Before,
            [
                new(Side.Local, new Change(Path("old"), File("a"), null)), new(Side.Local, new Change(Path("to/new"), null, File("a"))), new(Side.Local, new Change(Path("to"), null, Entry.Directory(Tree.Empty.Hash))),
                new(Side.Origin, new Change(Path("x"), File("a"), null)),
            ], [], new SyncMetrics(2, 0, 0, 0, TimeSpan.Zero));

        var value = SyncValues.Of(result);
        SyncReport.Print(Printer(json: true), Mount, value);
        Assert.Contains("""{"path":"to/new","side":"local","kind":"add","movedFrom":"old"},{"path":"x",""", _out.ToString(), StringComparison.Ordinal);
        _out.GetStringBuilder().Clear();
        SyncReport.Print(Printer(json: false), Mount, value);

        Assert.Equal(["delete old", "add to", "add to/new old", "delete x"], value.Changes.Select(change => $"{change.Kind} {change.Path} {change.MovedFrom}".TrimEnd()));
        Assert.Equal("merged: 3 changes into the mount, 1 change to the origin (0 bytes, 0 ms)\n  add    to (in the mount)\n  move   old -> to/new (in the mount)\n  delete x (at the origin)\n", _out.ToString());
    }

    [Fact]
    public void A_plan_with_nothing_in_it_is_clean() => Assert.Equal("clean", SyncValues.Of(Mount, new SyncPlan(Before, Before, Before, [], [], null, [])).Status);

    [Fact]
    public void A_long_list_is_cut_unless_all_of_it_was_asked_for()
    {
        var changes = Enumerable.Range(10, 30).Select(i => new AppliedChange(Side.Local, new Change(Path($"f{i}"), null, File("x")))).ToList();
        var value = SyncValues.Of(new SyncResult(Mount.Id, SyncStatus.Pulled, After, Before, changes, [], new SyncMetrics(30, 0, 0, 0, TimeSpan.Zero)));

        SyncReport.Print(Printer(json: false), Mount, value);
        var cut = _out.ToString();
        SyncReport.Print(Printer(json: false, verbose: true), Mount, value);

        Assert.EndsWith("  add    f29\n  … and 10 more; all of them: --verbose\n", cut, StringComparison.Ordinal);
        Assert.EndsWith("  add    f39\n", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_conflict_has_three_versions_of_each_path_and_what_each_side_did()
    {
        var refused = Refused(ConflictKind.ContentDivergence,
            [new PathConflict(Path("b"), File("1"), File("2"), Entry.Symlink("x")), new PathConflict(Path("d"), null, null, Entry.Directory(Hash256.Of("d"u8)))],
            [new Change(Path("a"), File("a"), null)], []);

        var value = SyncValues.Of(Mount, refused);

        Assert.Equal([new ConflictValue("ContentDivergence", "b", Sha("1"), Sha("2"), "link:x"), new ConflictValue("ContentDivergence", "d", null, null, "directory")], value.Conflicts);
        Assert.Equal([new ChangeValue("a", "local", "delete"), new ChangeValue("b", "local", "modify")], value.Local);
        Assert.Equal([new ChangeValue("b", "origin", "type"), new ChangeValue("d", "origin", "add")], value.Origin);
        Assert.Equal((Before.ToString(), Before.ToString(), "conflict"), (value.Ref, value.PreviousRef, value.Error?.Code));
    }

    [Fact]
    public void A_conflict_without_overlap_names_the_refs()
    {
        var value = SyncValues.Of(Mount, Refused(ConflictKind.RefMoved, [], [new Change(Path("a"), null, File("a"))], [new Change(Path("b"), null, File("b"))]));

        Assert.Equal([new ConflictValue("RefMoved", ".", Before.ToString(), Mine.ToString(), After.ToString())], value.Conflicts);
    }

    [Fact]
    public void Local_edits_of_a_read_only_mount_are_conflicts_each()
    {
        var value = SyncValues.Of(Mount, Refused(ConflictKind.LocalDivergence, [], [new Change(Path("a"), File("1"), File("2"))], []));

        Assert.Equal([new ConflictValue("LocalDivergence", "a", Sha("1"), Sha("2"), Sha("1"))], value.Conflicts);
    }

    [Fact]
    public void A_refused_name_is_printed_with_its_reason()
    {
        var refused = Refused(ConflictKind.NameRefused,
            [new PathConflict(Path("README"), null, null, File("2")) { Reason = "differs from \"readme\" only by case" }], [], [new Change(Path("b"), null, File("b"))]);
        var value = SyncValues.Of(Mount, refused);

        SyncReport.PrintRefusal(Printer(json: false), value, refused);
        SyncReport.PrintRefusal(Printer(json: true), value, refused);

        Assert.Equal([new ChangeValue("README", "origin", "add"), new ChangeValue("b", "origin", "add")], value.Origin);
        Assert.Contains($"  README differs from \"readme\" only by case: base nothing, ours nothing, theirs {Sha("2")[..16]}\n", _error.ToString(), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(_out.ToString());
        var conflict = Assert.Single(json.RootElement.GetProperty("conflicts").EnumerateArray());
        Assert.Equal(["kind", "path", "base", "ours", "theirs", "reason"], conflict.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("NameRefused", "differs from \"readme\" only by case"), (conflict.GetProperty("kind").GetString(), conflict.GetProperty("reason").GetString()));
    }

    [Fact]
    public void A_conflict_of_contents_has_no_reason_in_its_JSON()
    {
        var refused = Refused(ConflictKind.ContentDivergence, [new PathConflict(Path("b"), File("1"), File("2"), null)], [], []);
        SyncReport.PrintRefusal(Printer(json: true), SyncValues.Of(Mount, refused), refused);
        Assert.DoesNotContain("reason", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_is_all_error_for_a_person_and_one_value_for_a_program()
    {
        var refused = Refused(ConflictKind.ContentDivergence, [new PathConflict(Path("b\u202E"), File("1"), File("2"), null)], [], []);

        SyncReport.PrintRefusal(Printer(json: false), SyncValues.Of(Mount, refused), refused);
        var text = _error.ToString();
        SyncReport.PrintRefusal(Printer(json: true), SyncValues.Of(Mount, refused), refused);

        Assert.StartsWith("conflict: Both sides of alpha/notes changed \"b\\u202e\"", text, StringComparison.Ordinal);
        Assert.Contains($"  b\\u202e: base {Sha("1")[..16]}, ours {Sha("2")[..16]}, theirs nothing\n", text, StringComparison.Ordinal);
        Assert.Contains("changed in the origin: delete b\\u202e\n", text, StringComparison.Ordinal);
        Assert.Equal(text, _error.ToString());
        using var json = JsonDocument.Parse(_out.ToString());
        Assert.Equal("conflict", json.RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public void A_halt_prints_what_was_seen_and_what_would_have_been_done()
    {
        var deletion = new Change(Path("a"), File("1"), null);
        var halted = new SyncHaltedException(new Halt(Drive, [new TrippedBrake(Brake.MassDelete, Side.Origin, 11, 20, [Path("a")])], [deletion], []), Mount.Id);
        var value = SyncValues.Of(Mount, halted);

        SyncReport.PrintRefusal(Printer(json: false), value, halted);
        SyncReport.PrintRefusal(Printer(json: true), value, halted);

        Assert.StartsWith("halted: 11 of the 20 files of alpha/notes are gone from the mount (\"a\" and 10 more).", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("omnydrive sync m-0123456789ab --allow mass-delete", _error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("changed in the mount: delete a\n", _error.ToString(), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(_out.ToString());
        Assert.Equal("""[{"brake":"mass-delete","side":"origin","deleted":11,"files":20}]""", json.RootElement.GetProperty("brakes").GetRawText());
        Assert.Equal(("halted", Before.ToString()), (json.RootElement.GetProperty("status").GetString(), json.RootElement.GetProperty("ref").GetString()));
        Assert.Equal((1, 0), (json.RootElement.GetProperty("local").GetArrayLength(), json.RootElement.GetProperty("origin").GetArrayLength()));
    }

    [Fact]
    public void What_no_brake_halted_says_nothing_of_brakes()
    {
        SyncReport.PrintRefusal(Printer(json: true), SyncValues.Of(Mount, new DriveException(ErrorCode.RootMissing, "gone")), new DriveException(ErrorCode.RootMissing, "gone"));
        Assert.DoesNotContain("brakes", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_halt_keeps_the_ref()
    {
        var value = SyncValues.Of(Mount, new DriveException(ErrorCode.RootMissing, "gone"));

        Assert.Equal(("halted", Before.ToString(), "root_missing"), (value.Status, value.Ref, value.Error?.Code));
    }

    [Fact]
    public void A_push_that_was_refused_until_it_gave_up_is_a_conflict()
    {
        var value = SyncValues.Of(Mount, new DriveException(ErrorCode.Conflict, "moved, and again"));

        Assert.Equal(("conflicted", Before.ToString(), "conflict"), (value.Status, value.Ref, value.Error?.Code));
        Assert.Equal([new ConflictValue("RefMoved", ".", Before.ToString(), null, null)], value.Conflicts);
    }

    private static ConflictDetectedException Refused(ConflictKind kind, PathConflict[] paths, Change[] local, Change[] origin) =>
        new(new Conflict(kind, Drive, Before, Mine, After, paths, local, origin));

    private static DrivePath Path(string text) => DrivePath.Parse(text);

    private static Entry File(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return Entry.File(bytes.Length, ContentHash.Of(bytes));
    }

    private static string Sha(string text) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private Printer Printer(bool json, bool verbose = false) =>
        new(new CliEnvironment { Out = _out, Error = _error, CurrentDirectory = "/" }, new PrinterOptions(json, Quiet: false, verbose, Color: false));
}
