using System.Runtime.InteropServices;
using OmnyDrive.Engine.Files;
using OmnyDrive.Engine.Files.Linux;
using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Tests.Files;

/// <summary>What the engine makes of errno, by the numbers that Linux has on all processors.</summary>
public sealed class LinuxErrorsTests
{
    private const int LastErrno = 133;

    private static readonly Dictionary<int, FileError> Meanings = new()
    {
        [1] = FileError.Permission, // EPERM
        [2] = FileError.NotFound, // ENOENT
        [13] = FileError.Permission, // EACCES
        [17] = FileError.Exists, // EEXIST
        [18] = FileError.CrossDevice, // EXDEV
        [20] = FileError.NotADirectory, // ENOTDIR
        [22] = FileError.NotSupported, // EINVAL: a flag of renameat2 that a file system does not know
        [28] = FileError.NoSpace, // ENOSPC
        [30] = FileError.Permission, // EROFS
        [38] = FileError.NotSupported, // ENOSYS
        [39] = FileError.NotEmpty, // ENOTEMPTY
        [40] = FileError.Loop, // ELOOP
        [95] = FileError.NotSupported, // EOPNOTSUPP
        [122] = FileError.NoSpace, // EDQUOT
    };

    [Fact]
    public void Each_error_number_has_its_meaning_and_all_others_are_failures_of_the_disk()
    {
        for (var errno = 1; errno <= LastErrno; errno++)
            Assert.Equal((errno, Meanings.GetValueOrDefault(errno, FileError.Io)), (errno, LinuxErrors.Of(errno, "open", "/a").Error));
    }

    [Fact]
    public void Not_found_means_that_nothing_is_there_and_never_that_somebody_could_not_look()
    {
        // ESTALE, EIO, ENXIO, ENODEV, ENAMETOOLONG, EMFILE, ENFILE, ENOTCONN, EHOSTDOWN
        foreach (var errno in new[] { 116, 5, 6, 19, 36, 24, 23, 107, 112 })
            Assert.Equal(FileError.Io, LinuxErrors.Of(errno, "open", "/a").Error);
    }

    [Fact]
    public void A_message_has_the_operation_the_path_and_the_words_of_the_system()
    {
        var error = LinuxErrors.Of(LibC.ENOSPC, "write a file in", "/data/notes");
        Assert.Equal($"Cannot write a file in \"/data/notes\": {Marshal.GetPInvokeErrorMessage(LibC.ENOSPC)}.", error.Message);
        Assert.Equal(Marshal.GetPInvokeErrorMessage(LibC.ENOSPC), error.Reason);
    }

    [Theory]
    [InlineData(LibC.ENOSPC, ErrorCode.NoSpace)]
    [InlineData(LibC.EDQUOT, ErrorCode.NoSpace)]
    [InlineData(LibC.EOPNOTSUPP, ErrorCode.NotSupported)]
    [InlineData(LibC.EIO, ErrorCode.Io)]
    [InlineData(LibC.EACCES, ErrorCode.Io)]
    public void A_code_says_what_the_user_can_do(int errno, string code) => Assert.Equal(code, LinuxErrors.Of(errno, "open", "/a").Code);
}
