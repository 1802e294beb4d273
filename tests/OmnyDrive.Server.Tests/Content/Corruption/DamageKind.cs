namespace OmnyDrive.Server.Tests.Content.Corruption;

/// <summary>What can happen to bytes on their way. The last three keep HTTP intact and hit whole records of a stream.</summary>
internal enum DamageKind
{
    FlipByte,
    Close,
    Reset,
    DropStretch,
    RepeatStretch,
    SwapStretches,
    DropRecord,
    RepeatRecord,
    SwapRecords,
}
