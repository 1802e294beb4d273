namespace OmnyDrive.Testing;

/// <summary>The clock of the system, put forward when told: for tests on real files, whose times the system sets.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private TimeSpan _shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _shift;

    public void Advance(TimeSpan by) => _shift += by;
}
