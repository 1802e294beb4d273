using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace OmnyDrive.Snapshots;

/// <summary>
/// Canonical decomposition (Unicode's NFD): equal for two texts exactly where their NFC is equal. string.Normalize returns its
/// argument where a program runs without culture data, as ours does.
/// </summary>
internal static class CanonicalForm
{
    private const int HangulFirst = 0xAC00, HangulLast = 0xD7A3;
    private const int LeadFirst = 0x1100, VowelFirst = 0x1161, TrailBefore = 0x11A7, Vowels = 21, Trails = 28;

    private static readonly FrozenDictionary<int, int[]> Decompositions = ReadDecompositions();
    private static readonly FrozenDictionary<int, int> Classes = ReadClasses();

    /// <summary>The decomposition of valid Unicode.</summary>
    internal static string Of(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        var points = new List<int>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
            Add(points, rune.Value);
        var form = new StringBuilder(points.Count);
        foreach (var point in points)
            form.Append(new Rune(point));
        return form.ToString();
    }

    private static void Add(List<int> points, int point)
    {
        if (point is >= HangulFirst and <= HangulLast)
            AddHangul(points, point - HangulFirst);
        else if (Decompositions.TryGetValue(point, out var parts))
            Array.ForEach(parts, part => Insert(points, part));
        else
            Insert(points, point);
    }

    private static void AddHangul(List<int> points, int index)
    {
        points.Add(LeadFirst + index / (Vowels * Trails));
        points.Add(VowelFirst + index % (Vowels * Trails) / Trails);
        if (index % Trails is > 0 and var trail)
            points.Add(TrailBefore + trail);
    }

    // Marks on one base stand in the order of their classes, those of one class as they came.
    private static void Insert(List<int> points, int point)
    {
        var at = points.Count;
        if (ClassOf(point) is > 0 and var mark)
        {
            while (at > 0 && ClassOf(points[at - 1]) > mark)
                at--;
        }
        points.Insert(at, point);
    }

    private static int ClassOf(int point) => Classes.GetValueOrDefault(point);

    private static FrozenDictionary<int, int[]> ReadDecompositions()
    {
        var read = new Dictionary<int, int[]>();
        foreach (var run in CanonicalData.Decompositions.Split(' '))
        {
            var colon = run.IndexOf(':', StringComparison.Ordinal);
            var point = Hex(run[..colon]);
            foreach (var parts in run[(colon + 1)..].Split(','))
                read[point++] = [.. parts.Split('+').Select(Hex)];
        }
        return read.ToFrozenDictionary();
    }

    private static FrozenDictionary<int, int> ReadClasses()
    {
        var read = new Dictionary<int, int>();
        foreach (var run in CanonicalData.CombiningClasses.Split(' '))
        {
            var colon = run.IndexOf(':', StringComparison.Ordinal);
            var ends = run[..colon].Split('-');
            for (var point = Hex(ends[0]); point <= Hex(ends[^1]); point++)
                read[point] = int.Parse(run[(colon + 1)..], CultureInfo.InvariantCulture);
        }
        return read.ToFrozenDictionary();
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
