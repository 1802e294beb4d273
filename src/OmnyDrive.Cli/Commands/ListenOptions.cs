using System.CommandLine;
using System.Globalization;
using System.Net;
using OmnyDrive.Errors;

namespace OmnyDrive.Cli.Commands;

/// <summary>The options that say where a server listens.</summary>
internal sealed class ListenOptions(int defaultPort)
{
    private readonly Option<string> _host = new("--host") { Description = "The name or address to listen on", HelpName = "HOST", DefaultValueFactory = _ => "localhost" };
    private readonly Option<bool> _insecure = new("--allow-insecure-http") { Description = "Let other machines connect without encryption" };
    private readonly Option<int> _port = PortOption(defaultPort);

    public void AddTo(Command command)
    {
        command.Add(_host);
        command.Add(_port);
        command.Add(_insecure);
    }

    /// <summary>Reads the options; throws <c>cannot_listen</c> where plain HTTP would be open to the network unasked.</summary>
    public ServerSettings Read(ParseResult parsed, string stateDirectory)
    {
        var settings = new ServerSettings(parsed.GetRequiredValue(_host), parsed.GetValue(_port), stateDirectory, parsed.GetValue(_insecure));
        return settings.AllowInsecureHttp || IsLoopback(settings.Host)
            ? settings
            : throw new DriveException(ErrorCode.CannotListen,
                $"\"{settings.Host}\" is not on loopback: everybody on the network could read and change what is served, because this connection is not encrypted.",
                "Use --host localhost, or repeat the command with --allow-insecure-http if the network is trusted.");
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static Option<int> PortOption(int defaultPort) => new("--port")
    {
        Description = "The port to listen on; 0 takes a free one",
        HelpName = "PORT",
        DefaultValueFactory = _ => defaultPort,
        CustomParser = result =>
        {
            if (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
                result.AddError($"--port takes a number from 0 to {IPEndPoint.MaxPort}, not \"{result.Tokens[0].Value}\".");
            return port;
        },
    };
}
