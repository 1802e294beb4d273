namespace OmnyDrive.Client.Wire;

/// <summary>The header by which a request asks for packed records, and an answer says that the server reads them.</summary>
internal static class CompressionHeader
{
    internal const string Name = "OmnyDrive-Compression";

    /// <summary>What the header of an answer says.</summary>
    internal const string Readable = "zstd";
}
