namespace ServerlessGuard.Cli.Spill;

/// <summary>
/// Any number of items in order, with bounded memory: what does not fit is written to a temporary file in sorted runs, which are merged
/// when the items are asked for. Few items never touch the disk.
/// </summary>
/// <param name="order">Total: no two items are equal.</param>
/// <param name="form">How an item is written.</param>
/// <param name="room">How much may stand in memory, in the form's own measure.</param>
internal sealed class Sorted<T>(IComparer<T> order, ISpillForm<T> form, int room) : IDisposable
{
    private const int Piece = 256 * 1024;
    private const int ReadAhead = 4 * 1024 * 1024;

    private readonly List<T> _held = [];
    private readonly List<(long Offset, long Length)> _runs = [];
    private TempFile? _file;
    private int _weight;
    private bool _sorted;

    public void Add(T item)
    {
        _held.Add(item);
        _sorted = false;
        _weight += form.WeightOf(item);
        if (_weight > room)
        {
            Spill();
        }
    }

    public IEnumerable<T> InOrder()
    {
        if (_runs.Count > 0 && _held.Count > 0)
        {
            Spill();
        }

        if (!_sorted)
        {
            _held.Sort(order);
            _sorted = true;
        }

        return _runs.Count == 0 ? _held : Merged();
    }

    public void Dispose() => _file?.Dispose();

    private void Spill()
    {
        _file ??= new TempFile();
        _held.Sort(order);
        var start = _file.Length;
        var writer = new SpillWriter();
        foreach (var item in _held)
        {
            form.Write(item, writer);
            if (writer.Length >= Piece)
            {
                _file.Append(writer.Bytes);
                writer.Clear();
            }
        }

        _file.Append(writer.Bytes);
        _runs.Add((start, _file.Length - start));
        _held.Clear();
        _weight = 0;
    }

    private IEnumerable<T> Merged()
    {
        var size = Math.Clamp(ReadAhead / _runs.Count, 4 * 1024, 64 * 1024);
        var next = new PriorityQueue<SpillReader, T>(_runs.Count, order);
        foreach (var (offset, length) in _runs)
        {
            var reader = new SpillReader(_file!, offset, length, size);
            next.Enqueue(reader, form.Read(reader));
        }

        while (next.TryDequeue(out var reader, out var item))
        {
            yield return item;
            if (!reader.IsAtEnd)
            {
                next.Enqueue(reader, form.Read(reader));
            }
        }
    }
}

/// <summary>How items of one kind are written to a temporary file and read again.</summary>
internal interface ISpillForm<T>
{
    /// <summary>About how many bytes it takes in memory.</summary>
    int WeightOf(T item);

    void Write(T item, SpillWriter writer);

    T Read(SpillReader reader);
}
