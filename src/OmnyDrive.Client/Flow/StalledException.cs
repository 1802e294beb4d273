namespace OmnyDrive.Client.Flow;

/// <summary>Nothing moved on a connection for too long.</summary>
internal sealed class StalledException(string message) : IOException(message);
