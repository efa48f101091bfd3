using System.Text.Json;

namespace ServerlessGuard.Documents;

/// <summary>The elements of a JSON array, without allocation in a foreach.</summary>
public readonly struct DocItems(JsonElement array, bool isPartial)
{
    public int Count => array.ValueKind is JsonValueKind.Array ? array.GetArrayLength() : 0;

    public Enumerator GetEnumerator() => new(array, isPartial);

    /// <summary>The same elements for LINQ.</summary>
    public IEnumerable<Doc> All()
    {
        foreach (var item in this)
        {
            yield return item;
        }
    }

    public struct Enumerator(JsonElement array, bool isPartial)
    {
        private JsonElement.ArrayEnumerator _inner = array.ValueKind is JsonValueKind.Array ? array.EnumerateArray() : default;
        private readonly bool _any = array.ValueKind is JsonValueKind.Array;

        public readonly Doc Current => new(_inner.Current, isPartial);

        public bool MoveNext() => _any && _inner.MoveNext();
    }
}
