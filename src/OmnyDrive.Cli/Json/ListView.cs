using System.Collections;

namespace OmnyDrive.Cli.Json;

/// <summary>A list whose items are made of those of another when they are asked for, each time anew: what is printed once need not all be there at once.</summary>
internal sealed class ListView<TFrom, T>(IReadOnlyList<TFrom> list, Func<TFrom, T> make) : IReadOnlyList<T>
{
    public T this[int index] => make(list[index]);

    public int Count => list.Count;

    public IEnumerator<T> GetEnumerator() => list.Select(make).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
