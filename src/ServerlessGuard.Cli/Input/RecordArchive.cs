using System.Buffers;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Documents;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Cli.Input;

/// <summary>
/// Where the records of a scan lie, for those whose facts are asked for later: in the input itself, or, when that cannot be read twice
/// (standard input, a packed file), in a temporary file. The first ones are not: their facts are held, and an ordinary scan reads once.
/// </summary>
/// <param name="held">How many resources' facts a scan may hold.</param>
internal sealed class RecordArchive(Assessor assessor, InputFaults faults, int held) : IRecall, IDisposable
{
    private const int Together = 256;
    private const int OpenFiles = 64;

    private readonly Lock _lock = new();
    private readonly List<Origin> _origins = [];
    private readonly Dictionary<int, SafeFileHandle> _open = [];
    private readonly HashSet<int> _changed = [];
    private int _held;
    private TempFile? _copies;

    /// <summary>The place of a record whose facts are not to be held; null: hold them.</summary>
    public Place? PlaceOf(RecordBatch batch, RecordBatch.Cut cut, int part)
    {
        lock (_lock)
        {
            if (_held < held)
            {
                _held++;
                return null;
            }

            var stamp = batch.Stamp;
            if (_origins.Count == 0 || _origins[^1] is var last && (last.Source != batch.Source || last.Graph != batch.GraphContext))
            {
                _origins.Add(new Origin(batch.Source, batch.GraphContext, stamp));
            }

            var offset = stamp is null ? (_copies ??= new TempFile()).Append(batch.Bytes(cut).Span) : cut.Offset;
            return new Place(_origins.Count - 1, offset, cut.Length, part);
        }
    }

    public IEnumerable<Assessment?> Again(IEnumerable<Place> places)
    {
        foreach (var some in places.Chunk(Together))
        {
            var found = new Assessment?[some.Length];
            if (some.Length == 1)
            {
                found[0] = One(some[0]);
            }
            else
            {
                Parallel.For(0, some.Length, i => found[i] = One(some[i]));
            }

            foreach (var one in found)
            {
                yield return one;
            }
        }
    }

    public void Dispose()
    {
        _copies?.Dispose();
        foreach (var file in _open.Values)
        {
            file.Dispose();
        }
    }

    private Assessment? One(Place place)
    {
        var origin = _origins[place.File];
        var bytes = ArrayPool<byte>.Shared.Rent(place.Length);
        try
        {
            if (Read(place, origin, bytes.AsSpan(0, place.Length)) == place.Length)
            {
                using var document = JsonDocument.Parse(bytes.AsMemory(0, place.Length), ScanRun.Json);
                var readings = RecordReader.Read(new Doc(document.RootElement), new Envelope { GraphContext = origin.Graph });
                if (readings.OfType<Reading.Found>().ElementAtOrDefault(place.Part) is { } found)
                {
                    return assessor.Assess(found.Resource);
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            // Said below: it could be read before.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        lock (_lock)
        {
            if (_changed.Add(place.File))
            {
                faults.AddUnreadable(origin.Source, 0, "changed while it was scanned: what needs other resources is not judged");
            }
        }

        return null;
    }

    private int Read(Place place, Origin origin, Span<byte> bytes)
    {
        if (origin.Stamp is null)
        {
            return _copies!.Read(bytes, place.Offset);
        }

        lock (_lock)
        {
            if (_open.TryGetValue(place.File, out var known))
            {
                return TempFile.Read(known, bytes, place.Offset);
            }
        }

        var file = File.OpenHandle(origin.Source);
        var isKept = false;
        lock (_lock)
        {
            isKept = _open.Count < OpenFiles && _open.TryAdd(place.File, file);
        }

        try
        {
            return FileStamp.Of(origin.Source, file) == origin.Stamp ? TempFile.Read(file, bytes, place.Offset) : 0;
        }
        finally
        {
            if (!isKept)
            {
                file.Dispose();
            }
        }
    }

    /// <param name="Stamp">Null: its records are in the temporary file.</param>
    private sealed record Origin(string Source, string? Graph, FileStamp? Stamp);
}

/// <summary>By which a file is known to be what it was.</summary>
internal sealed record FileStamp(long Length, DateTime ChangedAt)
{
    public static FileStamp Of(string name, SafeFileHandle file) => new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(name));
}
