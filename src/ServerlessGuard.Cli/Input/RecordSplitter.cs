using System.Text;
using ServerlessGuard.Ingestion;

namespace ServerlessGuard.Cli.Input;

/// <summary>
/// Cuts a stream of JSON into records without parsing them: the elements of a top-level array, of the lists that answers and files carry
/// (<c>configurationItems</c>, <c>value</c>, <c>data</c> …), and values one after another (NDJSON). Brackets and strings are all it knows,
/// so a record that is not valid inside costs itself only, and memory is one record whatever the file's size.
/// </summary>
internal sealed class RecordSplitter(Stream stream, int largestRecord)
{
    private readonly JsonWindow _json = new(stream, largestRecord);

    public string? GraphContext { get; private set; }

    /// <summary>Bytes read so far, for progress.</summary>
    public long Position => _json.Position;

    /// <summary>Where the record that was emitted last begins.</summary>
    public long RecordStart => _json.Start;

    /// <summary>Each record's bytes (valid until the next call), or a fault with no bytes.</summary>
    public delegate void OnRecord(ReadOnlySpan<byte> bytes, string? fault);

    public void Split(OnRecord emit)
    {
        if (_json.Peek() < 0)
        {
            emit([], "empty");
            return;
        }

        while (_json.Peek() is var c and >= 0)
        {
            switch (c)
            {
                case '[':
                    _json.Step();
                    Elements(emit);
                    break;
                case '{':
                    Object(emit);
                    break;
                case '"':
                    _json.Begin();
                    Value(emit, _json.String());
                    break;
                default:
                    _json.Begin();
                    if (_json.Line(out var text))
                    {
                        emit([], $"not JSON: \"{text}\"");
                    }

                    break;
            }
        }
    }

    /// <summary>The elements of an array whose bracket was passed, up to and with its end.</summary>
    private void Elements(OnRecord emit)
    {
        while (true)
        {
            var c = _json.Peek();
            switch (c)
            {
                case < 0:
                    emit([], $"the list is cut off at byte {Position}");
                    return;
                case ']':
                    _json.Step();
                    return;
                case '}':
                    emit([], $"a '}}' where an element was expected, at byte {Position}");
                    _json.Step();
                    return;
                default:
                    _json.Begin();
                    var outcome = _json.Skip(c);
                    Value(emit, outcome);
                    if (outcome is Outcome.CutOff)
                    {
                        return;
                    }

                    break;
            }
        }
    }

    /// <summary>
    /// An object at the top: a record, unless one of its own properties is a list of records. Then the elements are the records, and the
    /// object is only their wrapper.
    /// </summary>
    private void Object(OnRecord emit)
    {
        _json.Begin();
        _json.Step();
        var isWrapper = false;
        while (true)
        {
            var c = _json.Peek();
            if (c == '}')
            {
                _json.Step();
                if (!isWrapper)
                {
                    emit(_json.Record, null);
                }

                return;
            }

            if (c != '"')
            {
                // Not an object after all: take what its brackets hold and let the parser say what is wrong.
                Rest(emit, isWrapper, c);
                return;
            }

            var key = Key();
            if (_json.Peek() == ':')
            {
                _json.Step();
                c = _json.Peek();
                if (c == '[' && key is not null && RecordReader.Containers.Contains(key, StringComparer.OrdinalIgnoreCase))
                {
                    isWrapper = true;
                    _json.Step();
                    Elements(emit);
                    continue;
                }

                var from = _json.Length;
                var outcome = _json.Skip(c);
                if (outcome is Outcome.CutOff)
                {
                    Value(emit, outcome);
                    return;
                }

                if (outcome is Outcome.TooLarge)
                {
                    var end = _json.Nested(1);
                    Value(emit, end is Outcome.Whole ? outcome : end);
                    return;
                }

                if (key is "@odata.context")
                {
                    GraphContext = Encoding.UTF8.GetString(_json.Record[from..]).Trim('"');
                }
            }

            if (isWrapper)
            {
                _json.Begin();
            }
            else if (_json.Length > largestRecord)
            {
                Rest(emit, isWrapper, 0);
                return;
            }
        }
    }

    private void Rest(OnRecord emit, bool isWrapper, int next)
    {
        if (next < 0)
        {
            emit([], $"cut off at byte {Position}: an object is not closed");
            return;
        }

        var outcome = _json.Nested(1);
        if (!isWrapper || outcome is not Outcome.Whole)
        {
            Value(emit, outcome);
        }
    }

    private void Value(OnRecord emit, Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Whole:
                emit(_json.Record, null);
                break;
            case Outcome.TooLarge:
                emit([], $"larger than {largestRecord / 1024 / 1024} MB");
                break;
            case Outcome.CutOff:
                emit([], $"cut off at byte {Position}");
                break;
        }
    }

    private string? Key()
    {
        var from = _json.Length;
        return _json.String() is Outcome.Whole && _json.Length - from <= 66 ? Encoding.UTF8.GetString(_json.Record[(from + 1)..^1]) : null;
    }
}
