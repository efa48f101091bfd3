using ServerlessGuard.Facts;

namespace ServerlessGuard.Evaluations;

/// <summary>
/// Neighbours whose facts are not held: only which resources gave facts under a key. What is asked for is read again, and what was asked
/// for lately is remembered.
/// </summary>
/// <param name="recall">Reads again.</param>
/// <param name="placeOf">Where the resource in this slot lies now; null when its facts are held elsewhere or gone.</param>
internal sealed class FarNeighbours(IRecall recall, Func<int, Place?> placeOf) : INeighbourSource
{
    private const int Remembered = 4096;

    private readonly KeyIndex _keys = new();
    private readonly Chunks<int> _heads = new();
    private readonly Chunks<(int Slot, int Next)> _rows = new();
    private Dictionary<UInt128, List<NeighbourFacts>> _lately = [];
    private Dictionary<UInt128, List<NeighbourFacts>> _before = [];
    private int _weight;

    public void Add(NeighbourFacts facts, int slot)
    {
        foreach (var key in facts.JoinKeys)
        {
            if (_keys.Add(Hash(facts.GetType(), key), out var number))
            {
                _heads.Add(-1);
            }

            ref var head = ref _heads[number];
            head = _rows.Add((slot, head));
        }
    }

    public IReadOnlyList<NeighbourFacts> Of(Type kind, string key)
    {
        var hash = Hash(kind, key);
        var number = _keys.Find(hash);
        if (number < 0)
        {
            return [];
        }

        if (_lately.TryGetValue(hash, out var known))
        {
            return known;
        }

        if (!_before.TryGetValue(hash, out known))
        {
            known = Read(number, kind, key);
        }

        Remember(hash, known);
        return known;
    }

    private List<NeighbourFacts> Read(int number, Type kind, string key)
    {
        var slots = new SortedSet<int>();
        for (var at = _heads[number]; at >= 0; at = _rows[at].Next)
        {
            slots.Add(_rows[at].Slot);
        }

        var found = new List<NeighbourFacts>(slots.Count);
        foreach (var again in recall.Again(slots.Select(placeOf).OfType<Place>()))
        {
            found.AddRange(again?.Neighbours.Where(facts =>
                facts.GetType() == kind && facts.JoinKeys.Contains(key, StringComparer.Ordinal)) ?? []);
        }

        return found;
    }

    private void Remember(UInt128 hash, List<NeighbourFacts> facts)
    {
        if (_weight > Remembered)
        {
            (_before, _lately, _weight) = (_lately, [], 0);
        }

        _lately[hash] = facts;
        _weight += facts.Count + 1;
    }

    private static UInt128 Hash(Type kind, string key) => KeyIndex.Hash($"{kind.Name}|{key}");
}
