using OmnyDrive.Errors;

namespace OmnyDrive.Reconciling;

/// <summary>What a sync does where both sides changed.</summary>
public enum SyncPolicy
{
    /// <summary>Nothing: it is refused whole, and a person decides. The default.</summary>
    Strict,

    /// <summary>What does not overlap flows both ways; paths that both sides changed are held back.</summary>
    Merge,
}

/// <summary>How policies are written.</summary>
public static class SyncPolicies
{
    /// <summary><c>strict</c> or <c>merge</c>.</summary>
    public static string ToText(this SyncPolicy policy) => policy == SyncPolicy.Merge ? "merge" : "strict";

    /// <summary>Reads what <see cref="ToText"/> writes; throws <see cref="DriveException"/> <c>invalid</c> otherwise.</summary>
    public static SyncPolicy Parse(string text) => text switch
    {
        "strict" => SyncPolicy.Strict,
        "merge" => SyncPolicy.Merge,
        _ => throw DriveException.Invalid($"\"{Printable.Of(text)}\" is not a policy.", "It is strict or merge."),
    };
}
