namespace ServerlessGuard.Facts;

/// <summary>Everything that one scan observed and that facts can be joined with, by kind and key.</summary>
/// <param name="wanted">Takes down what is looked up: it is what the joins need. Null: nobody asks.</param>
/// <param name="more">Neighbours that are not held here. Null: there are none.</param>
public sealed class Neighbours(FactContext context, ICollection<Wanted>? wanted = null, INeighbourSource? more = null)
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
        _once.Clear();
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
    /// <param name="key">What they are joined by; null: nothing is looked for.</param>
    /// <param name="at">What the cloud is asked for, where that is not the key; empty: it cannot be asked.</param>
    public IEnumerable<T> Of<T>(string? key, string? at = null)
        where T : NeighbourFacts, INeighbour =>
        Find<T>(key, at)?.Cast<T>() ?? [];

    public T? One<T>(string? key, string? at = null)
        where T : NeighbourFacts, INeighbour =>
        Of<T>(key, at).FirstOrDefault();

    public bool Has<T>(string? key, string? at = null)
        where T : NeighbourFacts, INeighbour =>
        Find<T>(key, at) is not null;

    private List<NeighbourFacts>? Find<T>(string? key, string? at)
        where T : NeighbourFacts, INeighbour
    {
        if (key is null)
        {
            return null;
        }

        if (wanted is not null && at is not { Length: 0 } && T.Source.Takes(at ?? key))
        {
            wanted.Add(new Wanted(T.Source, key, at ?? key));
        }

        var held = _byKey.GetValueOrDefault((typeof(T), key));
        return more?.Of(typeof(T), key) is { Count: > 0 } others ? [.. held ?? [], .. others] : held;
    }
}
