using OmnyDrive.Snapshots;
using Xunit;

namespace OmnyDrive.Core.Tests.Snapshots;

public class WindowsNamesTests
{
    [Theory]
    [InlineData("CON")]
    [InlineData("con")]
    [InlineData("Prn")]
    [InlineData("aux.c")]
    [InlineData("AUX.tar.gz")]
    [InlineData("nul .txt")]
    [InlineData("COM1")]
    [InlineData("com9.log")]
    [InlineData("LPT1")]
    [InlineData("lpt9")]
    [InlineData("COM¹")]
    [InlineData("com².x")]
    [InlineData("LPT³")]
    [InlineData("CONIN$")]
    [InlineData("conout$.txt")]
    [InlineData("a:b")]
    [InlineData("what?")]
    [InlineData("*.c")]
    [InlineData("\"quoted\"")]
    [InlineData("<a>")]
    [InlineData("a|b")]
    [InlineData("dot.")]
    [InlineData("space ")]
    [InlineData("...")]
    public void Names_that_Windows_does_not_hold(string name) => Assert.NotNull(WindowsNames.Refusal(name));

    [Theory]
    [InlineData("console")]
    [InlineData("con-1")]
    [InlineData(".con")]
    [InlineData("a.con")]
    [InlineData("auxiliary.c")]
    [InlineData("COM")]
    [InlineData("COM0")]
    [InlineData("COM10")]
    [InlineData("LPT⁴")]
    [InlineData("CONIN")]
    [InlineData(" leading")]
    [InlineData("a.b.c")]
    [InlineData("ÄÖÜ €.txt")]
    [InlineData("a'b`c~1;,=+[]{}()&%$#@!^")]
    public void Names_that_it_does(string name) => Assert.Null(WindowsNames.Refusal(name));
}
