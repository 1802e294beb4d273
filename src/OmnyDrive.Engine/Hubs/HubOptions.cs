using OmnyDrive.Errors;

namespace OmnyDrive.Engine.Hubs;

/// <summary>How a hub behaves.</summary>
public sealed record HubOptions
{
    private readonly TimeSpan _ticketLifetime = TimeSpan.FromMinutes(5);
    private readonly TimeSpan _tokenLifetime = TimeSpan.FromHours(24);

    /// <summary>How long a token is taken; 24 hours by default, more than zero.</summary>
    public TimeSpan TokenLifetime
    {
        get => _tokenLifetime;
        init => _tokenLifetime = value > TimeSpan.Zero ? value : throw DriveException.Invalid("The lifetime of a token is more than zero.");
    }

    /// <summary>How long a ticket is valid; five minutes by default, one second to <see cref="Ticket.MaxLifetime"/>.</summary>
    public TimeSpan TicketLifetime
    {
        get => _ticketLifetime;
        init => _ticketLifetime = value >= TimeSpan.FromSeconds(1) && value <= Ticket.MaxLifetime
            ? value
            : throw DriveException.Invalid("The lifetime of a ticket is one second to ten minutes.");
    }

    /// <summary>For how long after its last report an endpoint counts as online; 90 seconds by default.</summary>
    public TimeSpan OnlineWindow { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Whether anyone who reaches the hub may enrol an endpoint; true by default, which is right only on loopback or in one process.</summary>
    public bool OpenEnrolment { get; init; } = true;
}
