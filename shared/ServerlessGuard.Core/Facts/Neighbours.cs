namespace ServerlessGuard.Facts;

/// <summary>Everything that one scan observed and that facts can be joined with, by kind and key.</summary>
public sealed class Neighbours(FactContext context)
{
    private readonly Dictionary<(Type Kind, string Key), List<NeighbourFacts>> _byKey = [];

    private readonly Dictionary<string, Fact> _once = new(StringComparer.Ordinal);

    public FactContext Context { get; } = context;

    /// <summary>A fact about many neighbours that many subjects ask for, worked out once.</summary>
    public Fact Once(string key, Func<Fact> fact)
    {
        if (!_once.TryGetValue(key, out var known))
        {
            _once[key] = known = fact();
        }

        return known;
    }

    public void Add(NeighbourFacts facts)
    {
        foreach (var key in facts.JoinKeys)
        {
            var place = (facts.GetType(), key);
            if (!_byKey.TryGetValue(place, out var list))
            {
                _byKey[place] = list = [];
            }

            list.Add(facts);
        }
    }

    /// <summary>What was observed under the key; empty when nothing was, which is not the same as "there is none".</summary>
    public IEnumerable<T> Of<T>(string? key)
        where T : NeighbourFacts =>
        key is not null && _byKey.TryGetValue((typeof(T), key), out var list) ? list.Cast<T>() : [];

    public T? One<T>(string? key)
        where T : NeighbourFacts =>
        Of<T>(key).FirstOrDefault();

    public bool Has<T>(string? key)
        where T : NeighbourFacts =>
        key is not null && _byKey.ContainsKey((typeof(T), key));
}
