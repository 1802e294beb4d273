namespace OmnyDrive.Transfer;

/// <summary>When content is compressed on the wire.</summary>
public enum CompressionMode
{
    /// <summary>Where it makes the transfer faster, by what is seen of the link and of the content.</summary>
    Auto,
    /// <summary>Whatever shrinks.</summary>
    Always,
    /// <summary>Never.</summary>
    Never,
}
