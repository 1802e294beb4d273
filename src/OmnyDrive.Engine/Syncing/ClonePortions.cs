using OmnyDrive.Engine.Scanning;
using OmnyDrive.Origins;

namespace OmnyDrive.Engine.Syncing;

/// <summary>
/// How a clone goes through a drive that is too large to be planned with at once, so that its memory does not grow with the drive: each portion goes on where the one before ended, as the
/// continuation of a clone that broke off does.
/// </summary>
/// <param name="head">Where the origin was found.</param>
/// <param name="usual">How many entries of the origin a portion has.</param>
internal sealed class ClonePortions(OriginHead head, long usual)
{
    /// <summary>What most drives have less of, so that they are cloned in one go.</summary>
    internal const long Usual = 100_000;

    // So often doubled it is all that there can be.
    private const int MostDoublings = 30;

    private int _doublings;
    private bool _isOld;

    /// <summary>Where the origin is to be taken to be; null where it is to be asked. It is not asked before each portion, because that makes it look at all its files.</summary>
    internal OriginHead? Head { get; private set; } = head;

    /// <summary>What the mount is to be taken for; null where it is to be looked at.</summary>
    internal ScanResult? Mount { get; private set; }

    /// <summary>How many entries the next portion has.</summary>
    internal long Most => _doublings > MostDoublings ? long.MaxValue : usual << _doublings;

    /// <summary>The origin was asked, and is there.</summary>
    internal void Found(OriginHead now) => (Head, _isOld) = (now, false);

    /// <summary>
    /// One portion has come, and others follow. Where nothing of it was to be done, because somebody's own files are in the way of all, more is looked at the next time.
    /// </summary>
    /// <param name="applied">What was done.</param>
    internal void Next(AppliedSync applied) => (_doublings, _isOld, Mount) = (applied.Changes.Count == 0 ? _doublings + 1 : 0, true, applied.Local);

    /// <summary>Either side is not what it was taken for. False where both were looked at just now, so that looking again would not help.</summary>
    internal bool TryAgain()
    {
        (var canHelp, Head, Mount) = (_isOld, null, null);
        return canHelp;
    }
}
