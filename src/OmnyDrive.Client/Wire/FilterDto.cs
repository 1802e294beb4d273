using OmnyDrive.Errors;
using OmnyDrive.Filtering;

namespace OmnyDrive.Client.Wire;

/// <summary>What a publisher leaves out.</summary>
internal sealed record FilterDto(IReadOnlyList<string> Include, IReadOnlyList<string> Exclude, string IgnoreFile, bool Gitignore)
{
    /// <summary>Null for the default, which is not sent.</summary>
    internal static FilterDto? Of(FilterOptions filter) =>
        filter.Equals(FilterOptions.Default) ? null : new FilterDto(filter.Include, filter.Exclude, filter.IgnoreFile, filter.Gitignore);

    /// <summary>Checks what a peer sent; throws <see cref="DriveException"/> <c>protocol_error</c> where it is no filter.</summary>
    internal static FilterOptions Read(FilterDto? sent)
    {
        if (sent is null)
            return FilterOptions.Default;
        try
        {
            // JSON's annotations do not reach into lists.
            return sent.Include.Contains(null!) || sent.Exclude.Contains(null!)
                ? throw DriveException.Invalid("A pattern is null.")
                : new FilterOptions(sent.Include, sent.Exclude, sent.IgnoreFile, sent.Gitignore);
        }
        catch (DriveException e)
        {
            throw DriveException.Protocol($"The origin told a filter that is none: {e.Message}");
        }
    }
}
