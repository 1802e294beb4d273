namespace OmnyDrive.Engine.Hubs;

/// <summary>A whole hub in this process, for embedding: the logic of every hub over a memory that ends with it. Enrolment is open.</summary>
public sealed class LocalDriveHub : DriveHub
{
    /// <summary>Makes an empty hub with new keys.</summary>
    /// <param name="options">How it behaves; the defaults where null.</param>
    /// <param name="time">The clock; the system's where null.</param>
    public LocalDriveHub(HubOptions? options = null, TimeProvider? time = null)
        : base(new MemoryHubStore(), HubKeys.Create(), options, time)
    {
    }
}
