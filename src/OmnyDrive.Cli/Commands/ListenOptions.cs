using System.CommandLine;
using System.Globalization;
using System.Net;

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

    /// <summary>Reads the options. The server decides whether it may listen there.</summary>
    public ServerSettings Read(ParseResult parsed, string stateDirectory) =>
        new(parsed.GetRequiredValue(_host), parsed.GetValue(_port), stateDirectory, parsed.GetValue(_insecure));

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
