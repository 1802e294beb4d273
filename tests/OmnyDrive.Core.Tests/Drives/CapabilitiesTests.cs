using OmnyDrive.Drives;
using OmnyDrive.Errors;
using Xunit;

namespace OmnyDrive.Core.Tests.Drives;

public class CapabilitiesTests
{
    private static readonly Capabilities[] Each = [.. Enum.GetValues<Capabilities>().Where(one => one != Capabilities.None)];

    private static readonly Capabilities All = Each.Aggregate((sum, one) => sum | one);

    [Fact]
    public void Read_only_leaves_nothing_that_writes() =>
        Assert.Equal(
            Capabilities.Read | Capabilities.Delta | Capabilities.History | Capabilities.Symlinks | Capabilities.Executable,
            CapabilityRules.Negotiate(All, All, AccessMode.ReadOnly));

    [Theory]
    [InlineData(Capabilities.Write)]
    [InlineData(Capabilities.Push)]
    [InlineData(Capabilities.AtomicPush)]
    [InlineData(Capabilities.Branch)]
    public void Read_only_strips(Capabilities one) => Assert.Equal(Capabilities.None, one.Under(AccessMode.ReadOnly));

    [Fact]
    public void Read_write_leaves_what_both_sides_have_and_no_more()
    {
        foreach (var one in Each)
        {
            Assert.Equal(one, CapabilityRules.Negotiate(one, All, AccessMode.ReadWrite));
            Assert.Equal(one, CapabilityRules.Negotiate(All, one, AccessMode.ReadWrite));
            Assert.Equal(Capabilities.None, CapabilityRules.Negotiate(one, All & ~one, AccessMode.ReadWrite));
        }
    }

    [Fact]
    public void Names_read_as_they_print()
    {
        Assert.Equal(["read", "write", "push", "atomic-push", "delta", "history", "branch", "symlinks", "executable"], All.ToNames());
        foreach (var one in Each)
            Assert.Equal(one, CapabilityRules.FromNames([Assert.Single(one.ToNames())]));
        Assert.Equal(All, CapabilityRules.FromNames(All.ToNames()));
        Assert.Empty(Capabilities.None.ToNames());
    }

    [Fact]
    public void Names_that_only_a_newer_peer_knows_are_left_out() =>
        Assert.Equal(Capabilities.Read | Capabilities.Push, CapabilityRules.FromNames(["read", "teleport", "READ", "", "push", "push"]));
}

public class AccessModeTests
{
    [Theory]
    [InlineData(AccessMode.ReadOnly, "read-only")]
    [InlineData(AccessMode.ReadWrite, "read-write")]
    public void A_mode_reads_as_it_prints(AccessMode mode, string text)
    {
        Assert.Equal(text, mode.ToText());
        Assert.Equal(mode, AccessModes.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("readonly")]
    [InlineData("Read-Only")]
    [InlineData("write")]
    [InlineData("0")]
    public void Anything_else_is_refused(string text) => Assert.Equal(ErrorCode.Invalid, Assert.Throws<DriveException>(() => AccessModes.Parse(text)).Code);

    [Theory]
    [InlineData(AccessMode.ReadWrite, AccessMode.ReadWrite, AccessMode.ReadWrite)]
    [InlineData(AccessMode.ReadWrite, AccessMode.ReadOnly, AccessMode.ReadOnly)]
    [InlineData(AccessMode.ReadOnly, AccessMode.ReadWrite, AccessMode.ReadOnly)]
    [InlineData(AccessMode.ReadOnly, AccessMode.ReadOnly, AccessMode.ReadOnly)]
    public void Of_two_modes_the_stricter_counts(AccessMode one, AccessMode other, AccessMode expected) => Assert.Equal(expected, one.And(other));
}
