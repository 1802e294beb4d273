using OmnyDrive.Cli.Commands;
using OmnyDrive.Cli.Json;
using OmnyDrive.Engine;
using OmnyDrive.History;

namespace OmnyDrive.Cli.Output;

/// <summary>Says what leading back did, and what the next sync will make of it.</summary>
internal static class RewindReport
{
    public static void Undone(Printer printer, RootArgument root, RewindResult result)
    {
        var changes = Quantities.Count(result.Changes.Count, "change");
        var both = result.Changes.Select(change => change.Side).Distinct().Count() > 1;
        var (what, next) = (result.Generation.Kind, root.Mount) switch
        {
            (GenerationKind.Pull or GenerationKind.Push, not null) when both => ($"took back the last sync of {root.Name} with {root.Drive}: {changes}", "Each side still has what it changed; to bring both in step again: omnydrive sync"),
            (GenerationKind.Pull, _) => ($"took back the last pull into {root.Name}: {changes}", "The origin still has them; to have them again: omnydrive sync"),
            (GenerationKind.Push, not null) => ($"took back the last push from {root.Name} at {root.Drive}: {changes}", "The mount was not changed; to push it again: omnydrive sync"),
            (GenerationKind.Push, null) => ($"took back the last push to {root.Drive}: {changes}", "Its mounts see that with their next sync."),
            _ => ($"took back the last restore in {root.Name}: {changes}", null),
        };
        Print(printer, root, result, "undone", what);
        if (next is not null)
            printer.Note(next);
    }

    public static void Restored(Printer printer, RootArgument root, RewindResult result)
    {
        if (result.Changes.Count == 0)
        {
            Print(printer, root, result, "clean", $"clean: {root.Name} holds that already");
            return;
        }
        Print(printer, root, result, "restored", $"brought back generation {result.Generation.Number} in {root.Name}: {Quantities.Count(result.Changes.Count, "change")}");
        printer.Note(root.Mount is null ? "Its mounts see that with their next sync. To take it back: omnydrive undo" : "To send it to the origin: omnydrive sync; to take it back: omnydrive undo");
    }

    private static void Print(Printer printer, RootArgument root, RewindResult result, string status, string headline)
    {
        var changes = SyncValues.Of(result.Changes);
        var value = new RewindValue(root.Mount?.Value, root.Drive.ToString(), status, result.Generation.Number, result.Ref.ToString(), changes.Count, changes);
        printer.Result(value, CliJson.Shared.RewindValue, [headline, .. SyncReport.Listed(printer, changes)]);
    }
}
