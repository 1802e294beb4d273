using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Tests.Files;

namespace OmnyDrive.Engine.Tests.Applying;

/// <summary>Somebody saves a file, as editors do by a rename over it, in the instant between the last look at it and the rename that is to displace it.</summary>
public sealed class SavedMeanwhileTests
{
    public static TheoryData<string, object, bool> Steps { get; } = new()
    {
        { "dir/replaced", FileCall.Exchange, true }, { "dir/replaced", FileCall.Exchange, false },
        { "gone", FileCall.RenameNoReplace, true }, { "gone", FileCall.RenameNoReplace, false },
        { "renamed", FileCall.RenameNoReplace, true }, { "renamed", FileCall.RenameNoReplace, false },
    };

    [Theory, MemberData(nameof(Steps))]
    public async Task What_was_saved_stays_in_its_place(string path, object call, bool isPush)
    {
        using var apply = await ApplyAsync(path, (FileCall)call, diesThen: false);

        var thrown = Record.Exception(() => isPush ? apply.All() : apply.Each());

        Assert.Equal(isPush, thrown is not null);
        Assert.Equal("saved", File.ReadAllText(apply.At(path)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_saved_before_the_process_died_is_in_its_place_after_recovery(bool isPush)
    {
        using var apply = await ApplyAsync("dir/replaced", FileCall.Exchange, diesThen: true);

        Record.Exception(() => isPush ? apply.All() : apply.Each());
        apply.Recover();

        Assert.Equal("saved", File.ReadAllText(apply.At("dir/replaced")));
        Assert.False(apply.HasJournal);
    }

    [Theory]
    [InlineData("dir", null)]
    [InlineData("dir", "a file in its place")]
    public async Task A_directory_that_somebody_takes_away_before_recovery_keeps_nothing_from_ending(string directory, string? instead)
    {
        for (var call = 150; call < 400; call += 10)
        {
            using var apply = await FaultyApply.OfAsync(FaultPlan.From(call, FileError.Io), SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents, builds: false);
            Record.Exception(() => apply.All());
            if (apply.Faults.Failed.Count == 0)
                break;
            if (Directory.Exists(apply.At(directory)))
                Directory.Delete(apply.At(directory), recursive: true);
            if (instead is not null)
                File.WriteAllText(apply.At(directory), instead);

            apply.Recover();

            Assert.False(apply.HasJournal);
            Assert.Equal(instead, File.Exists(apply.At(directory)) ? File.ReadAllText(apply.At(directory)) : null);
        }
    }

    private static async Task<FaultyApply> ApplyAsync(string path, FileCall call, bool diesThen)
    {
        FaultyApply? apply = null;
        var isSaved = false;
        var plan = FaultPlan.Where((made, at) =>
        {
            if (isSaved)
                return diesThen;
            if (made == call && at.EndsWith($"/{path}", StringComparison.Ordinal) && !at.Contains(".omnydrive", StringComparison.Ordinal))
            {
                isSaved = true;
                File.WriteAllText(apply!.At($"{path}.new"), "saved");
                File.Move(apply.At($"{path}.new"), apply.At(path), overwrite: true);
            }
            return false;
        }, FileError.Io);
        return apply = await FaultyApply.OfAsync(plan, SampleApply.MakeTree, SampleApply.Plan, SampleApply.Contents, builds: false);
    }
}
