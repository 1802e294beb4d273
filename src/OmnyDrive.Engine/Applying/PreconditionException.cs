namespace OmnyDrive.Engine.Applying;

/// <summary>A path is not what the plan saw. It stays as it is.</summary>
internal sealed class PreconditionException(string reason) : Exception(reason);
