namespace OmnyDrive.Origins;

/// <summary>An origin that is reached over a wire and counts what goes over it.</summary>
public interface IWireCounter
{
    /// <summary>Bytes of requests' and responses' bodies so far, both ways.</summary>
    long BytesOnWire { get; }
}
