using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.Roots;

/// <summary>What lies in the private directory of a root.</summary>
internal static class RootLayout
{
    internal const string Marker = "marker.json";
    internal const string ApplyLock = "lock";
    internal const string SyncLock = "sync.lock";
    internal const string Journal = "journal";
    internal const string Staging = "staging";
    internal const string Trash = "trash";
    internal const string History = "history";
    internal const string Agreed = "agreed";
    internal const string Versions = "versions";
    internal const string Bases = "bases";

    internal static readonly DrivePath Private = DrivePath.Parse(NameRules.PrivateDirectory);
}
