using System.CommandLine;
using OmnyDrive.Origins;
using OmnyDrive.Transfer;

namespace OmnyDrive.Cli.Commands;

/// <summary>How content travels, for the commands that transfer some: <c>--limit</c> and <c>--compress</c>.</summary>
internal sealed class TransferOptionGroup
{
    private readonly LimitOption _limit = new();
    private readonly Option<CompressionMode> _compress = CompressOption.Create();

    public void AddTo(Command command)
    {
        _limit.AddTo(command);
        command.Add(_compress);
    }

    /// <summary>What was given, defaults elsewhere.</summary>
    public TransferOptions Read(ParseResult parsed) => _limit.Read(parsed) with { Compression = parsed.GetValue(_compress) };
}
