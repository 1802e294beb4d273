using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Demo;

/// <summary>The story that the demo tells, as the commands a user would type.</summary>
internal static class DemoScript
{
    private const string Drive = "notes", Mount = "beta-notes", File = "plan.md";

    private static readonly string[] Versions = [$"{Drive}/{File}", $"{Mount}/{File}"];

    public static async Task PlayAsync(DemoStage stage, string? source)
    {
        stage.Say($"OmnyDrive demo in {stage.Place}. Everything runs on this machine; each line behind $ is a command you could type there.");
        await SetUpAsync(stage, source);
        await SyncBothWaysAsync(stage);
        await RefuseAsync(stage);
        await ResolveAsync(stage);
        stage.Say("That is the promise: nothing is lost or overwritten without somebody saying so.");
    }

    private static async Task SetUpAsync(DemoStage stage, string? source)
    {
        var (hub, alpha, beta) = (FreePort.Take(), FreePort.Take(), FreePort.Take());
        await DemoTree.CreateAsync(stage.PathOf(Drive), source, stage.Cancellation);
        await stage.WriteAsync(Drive, File, "# Plan\n\n1. Publish\n2. Clone\n3. Sync\n", append: false);
        await stage.StartAsync("A hub knows who is enrolled and which drives exist. It never sees a file.", "--state", "hub", "serve", "--port", $"{hub}");
        await stage.RunAsync("alpha, the first endpoint, enrols. A second machine would do the same with the hub's address.",
            "--state", "alpha", "login", "--hub", $"http://localhost:{hub}", "--id", "alpha", "--serve-url", $"http://localhost:{alpha}");
        await stage.StartAsync("alpha serves its drives itself: content goes from endpoint to endpoint.", "--state", "alpha", "serve-content", "--port", $"{alpha}");
        await stage.RunAsync("alpha publishes a directory. It stays where it is and is now a drive.", "--state", "alpha", "publish", Drive);
        await stage.RunAsync("beta, the second endpoint, enrols. It publishes nothing, so it needs no content server.",
            "--state", "beta", "login", "--hub", $"http://localhost:{hub}", "--id", "beta", "--serve-url", $"http://localhost:{beta}");
        await stage.RunAsync("beta looks at what there is.", "--state", "beta", "drives");
        await stage.RunAsync("beta clones the drive. The clone is a mount: it remembers what both sides agreed on.", "--state", "beta", "clone", $"alpha/{Drive}", Mount);
    }

    private static async Task SyncBothWaysAsync(DemoStage stage)
    {
        stage.Say($"Somebody works in the mount: {Mount}/{File} gets a line.");
        await stage.WriteAsync(Mount, File, "4. Edited by beta\n", append: true);
        await stage.RunAsync("Only the mount changed, so sync pushes.", "--state", "beta", "sync", Mount);
        stage.Say($"Now somebody works at the origin: {Drive}/{File} gets a line.");
        await stage.WriteAsync(Drive, File, "5. Edited by alpha\n", append: true);
        await stage.RunAsync("Only the origin changed, so sync pulls.", "--state", "beta", "sync", Mount);
    }

    private static async Task RefuseAsync(DemoStage stage)
    {
        stage.Say($"Now both sides change {File}, each in its own way.");
        await stage.WriteAsync(Drive, File, "6. alpha says yes\n", append: true);
        await stage.WriteAsync(Mount, File, "6. beta says no\n", append: true);
        var before = await HashesAsync(stage, "These are the two versions.");
        await stage.RunExpectingAsync(ExitCodes.Conflict, "Both sides changed, so sync refuses with exit code 6 instead of guessing.", "--state", "beta", "sync", Mount);
        var after = await HashesAsync(stage, "Nothing was touched: both versions are what they were.");
        if (!before.SequenceEqual(after))
            throw new DriveException(ErrorCode.Failed, "The refused sync changed a file. That must never happen.", "This is a defect in omnydrive; please report it.");
    }

    private static async Task ResolveAsync(DemoStage stage)
    {
        await stage.RunAsync("This is what is open. Both versions are kept until somebody decides.", "--state", "beta", "conflicts", Mount);
        await stage.RunAsync("Here beta wants both: alpha's version stays at the path, beta's is kept beside it. Others choose --ours, --theirs or --merge.",
            "--state", "beta", "resolve", Mount, File, "--both");
        await stage.RunAsync("The next sync carries that out, on both sides.", "--state", "beta", "sync", Mount);
        await stage.RunAsync("Both sides hold both versions now, and nothing is open.", "--state", "beta", "status", Mount);
    }

    private static async Task<List<string>> HashesAsync(DemoStage stage, string why)
    {
        var hashes = new List<string>();
        foreach (var version in Versions)
        {
            hashes.Add(await stage.RunAsync(why, "hash", version));
            why = "";
        }
        return hashes;
    }
}
