namespace OmnyDrive.Server.Tests.Content.Corruption;

/// <summary>
/// One damage to what travels in a run. What, which way and where is drawn from a seed, where by bytes (then large contents are mostly hit), by pieces
/// (then small messages are) or by records. Counts what passes on all connections of the run, and strikes once.
/// </summary>
internal sealed class Damage
{
    private readonly Lock _one = new();
    private readonly Random _random;
    private readonly DamageKind? _kind;
    private readonly bool _fromServer, _isByBytes, _isMeasuring;
    private readonly long _at = long.MaxValue;
    private Traffic _toServer, _toClient;

    private Damage(bool isMeasuring) => (_random, _isMeasuring) = (new Random(0), isMeasuring);

    private Damage(int seed, Traffic toServer, Traffic toClient)
    {
        _random = new Random(seed);
        _kind = (DamageKind)_random.Next(Enum.GetValues<DamageKind>().Length);
        _fromServer = _random.Next(2) == 0;
        _isByBytes = _random.Next(2) == 0;
        var usual = _fromServer ? toClient : toServer;
        _at = _random.NextInt64(Math.Max(1, IsOfRecords ? usual.Records : _isByBytes ? usual.Bytes : usual.Pieces));
    }

    /// <summary>What went each way so far.</summary>
    internal (Traffic ToServer, Traffic ToClient) Passed
    {
        get
        {
            lock (_one)
                return (_toServer, _toClient);
        }
    }

    /// <summary>Whether it has struck.</summary>
    internal bool IsDone { get; private set; }

    private bool IsOfRecords => _kind >= DamageKind.DropRecord;

    /// <summary>No damage.</summary>
    internal static Damage None() => new(isMeasuring: false);

    /// <summary>No damage; the records are counted too.</summary>
    internal static Damage Measuring() => new(isMeasuring: true);

    /// <summary>The damage of a seed, at a place that a run with the usual traffic comes by.</summary>
    internal static Damage Of(int seed, (Traffic ToServer, Traffic ToClient) usual) => new(seed, usual.ToServer, usual.ToClient);

    /// <summary>Whether whole messages are looked into that way; else bytes pass as they arrive.</summary>
    internal bool IsOfMessages(bool fromServer) => _isMeasuring || (IsOfRecords && fromServer == _fromServer);

    /// <summary>Lets a piece pass, maybe changed.</summary>
    internal Passage Pass(bool fromServer, ref byte[] piece)
    {
        lock (_one)
        {
            var before = Count(fromServer, new Traffic(piece.Length, 1, 0));
            var isHere = _isByBytes ? _at >= before.Bytes && _at < before.Bytes + piece.Length : _at == before.Pieces;
            if (IsDone || _kind is not { } kind || IsOfRecords || fromServer != _fromServer || !isHere)
                return Passage.Unhurt;
            IsDone = true;
            return Stretches.Damage(kind, _isByBytes ? (int)(_at - before.Bytes) : _random.Next(piece.Length), _random, ref piece);
        }
    }

    /// <summary>Lets the records of a stream pass, maybe changed.</summary>
    internal Passage Pass(bool fromServer, List<byte[]> records)
    {
        lock (_one)
        {
            var before = Count(fromServer, new Traffic(0, 0, records.Count)).Records;
            if (IsDone || _kind is not { } kind || fromServer != _fromServer || _at < before || _at >= before + records.Count)
                return Passage.Unhurt;
            IsDone = true;
            RecordStreams.Damage(kind, (int)(_at - before), _random, records);
            return Passage.Hurt;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _kind is null ? "no damage" : $"{_kind} {(_fromServer ? "from" : "to")} the server at {(IsOfRecords ? "record" : _isByBytes ? "byte" : "piece")} {_at}{(IsDone ? "" : " (not reached)")}";

    private Traffic Count(bool fromServer, Traffic more)
    {
        ref var passed = ref fromServer ? ref _toClient : ref _toServer;
        var before = passed;
        passed = new Traffic(before.Bytes + more.Bytes, before.Pieces + more.Pieces, before.Records + more.Records);
        return before;
    }
}
