using System.Collections.Concurrent;

namespace ServerlessGuard.Ingestion;

/// <summary>
/// One copy of the texts that a hundred thousand resources share: types, accounts, regions. Bounded, since input is hostile.
/// </summary>
internal static class Repeated
{
    private const int Most = 4096;
    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    public static string? Of(string? text) => text switch
    {
        null => null,
        _ when Known.TryGetValue(text, out var known) => known,
        _ when Known.Count < Most => Known.GetOrAdd(text, text),
        _ => text,
    };
}
