namespace OmnyDrive.Chunking;

/// <summary>The parameters of one chunking.</summary>
/// <param name="MinSize">Only the last is shorter, or as long.</param>
/// <param name="NormalSize">From here on a cut is likelier.</param>
/// <param name="MaxSize">None is longer.</param>
/// <param name="CutBelowBeforeNormal">Up to the normal size it is cut where the gear hash is below this.</param>
/// <param name="CutBelowBehindNormal">Beyond it, where it is below this.</param>
internal readonly record struct CutRule(int MinSize, int NormalSize, int MaxSize, ulong CutBelowBeforeNormal, ulong CutBelowBehindNormal);
