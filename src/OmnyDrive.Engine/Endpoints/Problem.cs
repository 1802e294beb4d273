namespace OmnyDrive.Engine;

/// <summary>Something about one path that kept it from being scanned or applied. Data, never an exception.</summary>
/// <param name="Path">The path as far as it can be printed; names that no drive can hold have their bytes escaped.</param>
/// <param name="Reason">What is wrong, for a person.</param>
public sealed record Problem(string Path, string Reason);
