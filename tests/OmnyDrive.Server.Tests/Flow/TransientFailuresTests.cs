using System.Net.Sockets;
using System.Security.Authentication;
using OmnyDrive.Client.Flow;
using OmnyDrive.Client.Retrying;
using OmnyDrive.Errors;
using Xunit;

namespace OmnyDrive.Server.Tests.Flow;

public sealed class TransientFailuresTests
{
    private static readonly Dictionary<string, (bool First, bool Later, Exception? Cause)> Origins = new()
    {
        ["refused"] = (false, true, new HttpRequestException(HttpRequestError.ConnectionError, null, new SocketException((int)SocketError.ConnectionRefused))),
        ["unknown name"] = (false, true, new HttpRequestException(HttpRequestError.NameResolutionError)),
        ["no connection in time"] = (false, true, new TaskCanceledException(null, new TimeoutException())),
        ["reset"] = (true, true, new HttpRequestException(HttpRequestError.Unknown, null, new IOException(null, new SocketException((int)SocketError.ConnectionReset)))),
        ["closed before the answer"] = (true, true, new HttpRequestException(HttpRequestError.ResponseEnded)),
        ["cut in the answer"] = (true, true, new HttpIOException(HttpRequestError.ResponseEnded)),
        ["cut between records"] = (true, true, new EndOfStreamException()),
        ["stalled"] = (true, true, new StalledException("nothing arrived for 30 seconds")),
        ["stalled while sending"] = (true, true, new HttpRequestException(null, new StalledException("nothing could be sent for 30 seconds"))),
        ["overloaded, or so its proxy says"] = (true, true, null),
        ["a certificate nobody trusts"] = (false, false, new HttpRequestException(HttpRequestError.SecureConnectionError, null, new AuthenticationException())),
        ["cut in the middle of a handshake"] = (true, true, new HttpRequestException(HttpRequestError.SecureConnectionError, null, new IOException())),
    };

    public static TheoryData<string> Failures => [.. Origins.Keys];

    public static TheoryData<string> Codes => [.. typeof(ErrorCode).GetFields().Select(code => (string)code.GetRawConstantValue()!)
        .Except([ErrorCode.OriginUnreachable, ErrorCode.HubUnreachable])];

    [Theory, MemberData(nameof(Failures))]
    public void A_broken_connection_is_transient_and_an_absent_server_only_where_it_was_there_before(string failure)
    {
        var (first, later, cause) = Origins[failure];
        var unreachable = new DriveException(ErrorCode.OriginUnreachable, "", inner: cause);
        Assert.Equal((first, later), (TransientFailures.IsTransient(unreachable, reached: false), TransientFailures.IsTransient(unreachable, reached: true)));
    }

    [Theory, MemberData(nameof(Codes))]
    public void What_was_decided_is_never_transient(string code)
    {
        Assert.False(TransientFailures.IsTransient(new DriveException(code, ""), reached: true));
        Assert.False(TransientFailures.IsTransient(new DriveException(code, "", inner: new HttpRequestException(HttpRequestError.ResponseEnded)), reached: true));
    }

    [Fact]
    public void A_hub_that_does_not_answer_in_the_middle_of_a_transfer_is_asked_again() =>
        Assert.True(TransientFailures.IsTransient(new DriveException(ErrorCode.HubUnreachable, "", inner: new HttpRequestException(HttpRequestError.ConnectionError)), reached: false));
}
