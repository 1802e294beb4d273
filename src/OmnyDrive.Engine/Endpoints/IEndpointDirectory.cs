namespace OmnyDrive.Engine;

/// <summary>Knows the endpoints of its own process.</summary>
internal interface IEndpointDirectory
{
    void Add(LocalDriveEndpoint endpoint);

    void Remove(LocalDriveEndpoint endpoint);
}
