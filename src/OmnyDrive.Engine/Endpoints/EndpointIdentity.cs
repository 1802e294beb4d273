using OmnyDrive.Drives;

namespace OmnyDrive.Engine;

/// <summary>Who an endpoint is.</summary>
/// <param name="Id">Its id, unique at its hub.</param>
/// <param name="DisplayName">What people call it.</param>
public sealed record EndpointIdentity(EndpointId Id, string DisplayName)
{
    /// <summary>An identity whose display name is its id.</summary>
    public EndpointIdentity(string id)
        : this(EndpointId.Parse(id), id)
    {
    }
}
