using System.Collections.Concurrent;
using OmnyDrive.Engine.Transfer;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Tests.Transfer;

public sealed class OnAllCoresTests
{
    [Fact]
    public void A_failure_comes_out_as_itself_also_from_work_within_work() =>
        Assert.Throws<DriveException>(() => Run(() => Run(() => throw new DriveException(ErrorCode.NoSpace, "Full."))));

    [Fact]
    public void What_was_begun_is_ended_whatever_happens()
    {
        var (begun, ended) = (0, 0);
        Assert.Throws<DriveException>(() => OnAllCores.ForEach(Partitioner.Create(0, 1000, 1), () => Interlocked.Increment(ref begun), (_, _) => throw new DriveException(ErrorCode.NoSpace, "Full."), _ => Interlocked.Increment(ref ended), default));
        Assert.True(begun > 0);
        Assert.Equal(begun, ended);
    }

    [Fact]
    public void It_ends_when_it_is_cancelled()
    {
        using var user = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => OnAllCores.ForEach(Partitioner.Create(0, 1_000_000, 1), () => 0, (_, _) => user.Cancel(), _ => { }, user.Token));
    }

    private static void Run(Action act) => OnAllCores.ForEach(Partitioner.Create(0, 4, 1), () => 0, (_, _) => act(), _ => { }, default);
}
