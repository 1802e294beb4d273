using OmnyDrive.Engine.Roots;
using OmnyDrive.Snapshots;

namespace OmnyDrive.Engine.History;

/// <summary>Where in the trash lies what a path held.</summary>
internal static class TrashPlace
{
    /// <summary>The place; null where there is no area, or where it would be deeper than any path may be.</summary>
    internal static DrivePath? Of(string area, DrivePath path) =>
        area.Length > 0 && DrivePath.TryParse($"{RootLayout.Private}/{RootLayout.Trash}/{area}/{path}", out var place) ? place : null;
}
