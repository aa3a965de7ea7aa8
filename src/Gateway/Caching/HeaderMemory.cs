using System.Collections.Concurrent;
using Microsoft.Extensions.Primitives;

namespace OpenGov.Gateway.Caching;

/// <summary>
/// What a header of a request means, remembered by its text: browsers of one country send a handful of them. Whoever invents more
/// empties the memory, and the real ones are soon back in it.
/// </summary>
/// <param name="parse">Of a text that is not remembered.</param>
internal sealed class HeaderMemory<T>(Func<string, T> parse)
{
    private const int Most = 256;
    private const int Longest = 128;

    private readonly ConcurrentDictionary<string, T> remembered = new(StringComparer.Ordinal);

    /// <param name="header">At least one value.</param>
    public T Of(StringValues header)
    {
        var text = header.Count == 1 ? header[0]! : header.ToString();
        if (remembered.TryGetValue(text, out var known))
            return known;
        var read = parse(text);
        if (text.Length > Longest)
            return read;
        if (remembered.Count >= Most)
            remembered.Clear();
        remembered.TryAdd(text, read);
        return read;
    }

    public bool Holds(string text) => remembered.ContainsKey(text);
}
