using System.Globalization;
using OmnyDrive.Errors;

namespace OmnyDrive.History;

/// <summary>How a person names a generation: by its number, by its ref, or by the first six or more digits of that.</summary>
public static class GenerationReference
{
    private const string Prefix = "dir:";
    private const int FewestDigits = 6, MostInNumber = 9;

    /// <summary>
    /// The generation that is meant, of several with one ref the newest. Throws <see cref="DriveException"/> <c>invalid</c> where none is, or several are.
    /// </summary>
    /// <param name="generations">All that there are, the newest first.</param>
    /// <param name="text">What was written.</param>
    public static Generation Find(IReadOnlyList<Generation> generations, string text)
    {
        if (text.Length <= MostInNumber && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return generations.FirstOrDefault(generation => generation.Number == number) ?? throw Unknown($"There is no generation {number} here.");
        var digits = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        if (digits.Length < FewestDigits || !digits.All(char.IsAsciiHexDigitLower))
            throw Unknown($"\"{Printable.Of(text)}\" does not name a generation.");
        var found = generations.Where(generation => generation.Ref.ToString().StartsWith(Prefix + digits, StringComparison.Ordinal)).ToList();
        return found.Select(generation => generation.Ref).Distinct().Count() switch
        {
            0 => throw Unknown($"No generation here has a ref that begins with {digits}."),
            1 => found[0],
            _ => throw Unknown($"Several generations have refs that begin with {digits}."),
        };
    }

    private static DriveException Unknown(string message) =>
        DriveException.Invalid(message, "Give the number of a generation, or six or more digits of its ref. See: omnydrive history");
}
