namespace ServerlessGuard.Evaluations;

/// <summary>A list of values that grows without copying what it holds: a scan keeps a row for each of a million resources.</summary>
internal sealed class Chunks<T>
    where T : struct
{
    private const int Bits = 14;
    private const int Mask = (1 << Bits) - 1;

    private readonly List<T[]> _chunks = [];

    public int Count { get; private set; }

    public ref T this[int index] => ref _chunks[index >> Bits][index & Mask];

    /// <returns>Its index.</returns>
    public int Add(T value)
    {
        if (Count >> Bits == _chunks.Count)
        {
            _chunks.Add(new T[1 << Bits]);
        }

        _chunks[Count >> Bits][Count & Mask] = value;
        return Count++;
    }
}
