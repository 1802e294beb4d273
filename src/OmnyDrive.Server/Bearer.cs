using OmnyDrive.Errors;

namespace OmnyDrive.Server;

/// <summary>Reads the token or ticket of a request.</summary>
internal static class Bearer
{
    private const string Scheme = "Bearer ";
    private const int MaxLength = 8 * 1024;

    /// <summary>What stands in the one Authorization header; throws <see cref="DriveException"/> <c>unauthorized</c> where there is none.</summary>
    public static string Of(HttpRequest request)
    {
        if (request.Headers.Authorization is [{ Length: <= MaxLength } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && value.Length > Scheme.Length)
            return value[Scheme.Length..];
        throw new DriveException(ErrorCode.Unauthorized, "The request carries no token.", "Log in: omnydrive login --hub URL --id ID --serve-url URL");
    }
}
