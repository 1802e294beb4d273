using Microsoft.Data.Sqlite;
using OmnyDrive.Drives;
using OmnyDrive.Engine.State;
using OmnyDrive.Errors;
using OmnyDrive.Testing;

namespace OmnyDrive.Engine.Tests;

public sealed class EndpointStoreTests
{
    private static readonly EndpointId Alpha = EndpointId.Parse("alpha");

    [Fact]
    public async Task The_state_is_read_while_another_process_writes()
    {
        using var scratch = new ScratchDirectory();
        using var store = EndpointStore.Open(scratch.Path);
        using var other = SqliteDatabase.Open(scratch.At("state.db"));
        using var writing = other.BeginTransaction();

        Assert.Empty(await Task.Run(() => DriveTable.All(store, Alpha)).WaitAsync(TimeSpan.FromSeconds(8)));
    }

    [Fact]
    public void A_state_that_cannot_be_read_is_told_as_an_error_with_a_code()
    {
        using var scratch = new ScratchDirectory();
        using var store = EndpointStore.Open(scratch.Path);
        using (var other = SqliteDatabase.Open(scratch.At("state.db")))
            other.Execute("DROP TABLE drives");

        Assert.Equal(ErrorCode.Io, Assert.Throws<DriveException>(() => DriveTable.All(store, Alpha)).Code);
        Assert.Equal(ErrorCode.Io, Assert.Throws<DriveException>(() => DriveTable.Remove(store, "docs")).Code);
    }

    [Theory]
    [InlineData(5, ErrorCode.Io, "another omnydrive process")]
    [InlineData(6, ErrorCode.Io, "another omnydrive process")]
    [InlineData(13, ErrorCode.NoSpace, "space")]
    [InlineData(11, ErrorCode.Io, "disk")]
    public void What_sqlite_refuses_says_what_to_do(int refusal, string code, string hint)
    {
        var told = SqliteErrors.Of(new SqliteException("refused", refusal), "/state");

        Assert.Equal(code, told.Code);
        Assert.Contains(hint, told.Hint, StringComparison.OrdinalIgnoreCase);
    }
}
