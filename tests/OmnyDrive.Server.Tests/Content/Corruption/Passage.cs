namespace OmnyDrive.Server.Tests.Content.Corruption;

/// <summary>What becomes of bytes that pass.</summary>
internal enum Passage
{
    Unhurt,
    Hurt,
    Closed,
    Reset,
}
