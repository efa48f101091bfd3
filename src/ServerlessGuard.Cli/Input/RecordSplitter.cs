using System.Buffers;
using System.Text;
using ServerlessGuard.Ingestion;

namespace ServerlessGuard.Cli.Input;

/// <summary>
/// Cuts a stream of JSON into records without parsing them: the elements of a top-level array, of the lists that answers and files carry
/// (<c>configurationItems</c>, <c>value</c>, <c>data</c> …), and values one after another (NDJSON). Brackets and strings are all it knows, so a record that
/// is not valid inside costs itself only, and memory is one record whatever the file's size.
/// </summary>
internal sealed class RecordSplitter(Stream stream, int largestRecord)
{
    private static readonly SearchValues<byte> Structural = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> InString = SearchValues.Create("\"\\"u8);

    private byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _at;
    private int _end;
    private long _dropped;
    private bool _eof;

    public string? GraphContext { get; private set; }

    /// <summary>Bytes read so far, for progress.</summary>
    public long Position => _dropped + _at;

    /// <summary>Each record's bytes (valid until the next call), or a fault with no bytes.</summary>
    public delegate void OnRecord(ReadOnlySpan<byte> bytes, string? fault);

    public void Split(OnRecord emit)
    {
        if (Peek() < 0)
        {
            emit([], "empty");
            return;
        }

        while (Peek() is var c and >= 0)
        {
            switch (c)
            {
                case '[':
                    _at++;
                    Elements(emit);
                    break;
                case '{':
                    Object(emit);
                    break;
                case '"':
                    Drop();
                    Value(emit, String());
                    break;
                default:
                    Drop();
                    if (Line(out var text))
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
            var c = Peek();
            switch (c)
            {
                case < 0:
                    emit([], $"the list is cut off at byte {Position}");
                    return;
                case ']':
                    _at++;
                    return;
                case '}':
                    emit([], $"a '}}' where an element was expected, at byte {Position}");
                    _at++;
                    return;
                default:
                    Drop();
                    var outcome = Skip(c);
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
    /// An object at the top: a record, unless one of its own properties is a list of records. Then the elements are the records, and the object is only
    /// their wrapper.
    /// </summary>
    private void Object(OnRecord emit)
    {
        Drop();
        _at++;
        var isWrapper = false;
        while (true)
        {
            var c = Peek();
            if (c == '}')
            {
                _at++;
                if (!isWrapper)
                {
                    emit(_buffer.AsSpan(_start, _at - _start), null);
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
            if (Peek() == ':')
            {
                _at++;
                c = Peek();
                if (c == '[' && key is not null && RecordReader.Containers.Contains(key, StringComparer.OrdinalIgnoreCase))
                {
                    isWrapper = true;
                    _at++;
                    Elements(emit);
                    continue;
                }

                var from = _at - _start;
                var outcome = Skip(c);
                if (outcome is Outcome.CutOff)
                {
                    Value(emit, outcome);
                    return;
                }

                if (outcome is Outcome.TooLarge)
                {
                    var end = Nested(1);
                    Value(emit, end is Outcome.Whole ? outcome : end);
                    return;
                }

                if (key is "@odata.context")
                {
                    GraphContext = Encoding.UTF8.GetString(_buffer, _start + from, _at - _start - from).Trim('"');
                }
            }

            if (isWrapper)
            {
                Drop();
            }
            else if (_at - _start > largestRecord)
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

        var outcome = Nested(1);
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
                emit(_buffer.AsSpan(_start, _at - _start), null);
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
        var from = _at - _start;
        return String() is Outcome.Whole && _at - _start - from <= 66 ? Encoding.UTF8.GetString(_buffer, _start + from + 1, _at - _start - from - 2) : null;
    }

    /// <summary>Passes one value of any kind.</summary>
    private Outcome Skip(int first)
    {
        switch (first)
        {
            case '{' or '[':
                _at++;
                return Nested(1);
            case '"':
                return String();
            default:
                while (true)
                {
                    var c = Current();
                    if (c is < 0 or ',' or ']' or '}' or ' ' or '\n' or '\r' or '\t')
                    {
                        return c < 0 && _at == _start ? Outcome.CutOff : Outcome.Whole;
                    }

                    _at++;
                }
        }
    }

    private Outcome Nested(int depth)
    {
        var tooLarge = false;
        while (depth > 0)
        {
            var found = _buffer.AsSpan(_at, _end - _at).IndexOfAny(Structural);
            if (found < 0)
            {
                _at = _end;
                tooLarge |= Release();
                if (!Fill())
                {
                    return Outcome.CutOff;
                }

                continue;
            }

            _at += found;
            if (_buffer[_at] is (byte)'"')
            {
                var outcome = String();
                if (outcome is Outcome.CutOff)
                {
                    return outcome;
                }

                tooLarge |= outcome is Outcome.TooLarge;
                continue;
            }

            depth += _buffer[_at++] is (byte)'{' or (byte)'[' ? 1 : -1;
        }

        return tooLarge || _at - _start > largestRecord ? Outcome.TooLarge : Outcome.Whole;
    }

    private Outcome String()
    {
        var tooLarge = false;
        _at++;
        while (true)
        {
            var found = _buffer.AsSpan(_at, _end - _at).IndexOfAny(InString);
            if (found < 0)
            {
                _at = _end;
                tooLarge |= Release();
                if (!Fill())
                {
                    return Outcome.CutOff;
                }

                continue;
            }

            _at += found + 1;
            if (_buffer[_at - 1] is (byte)'"')
            {
                return tooLarge ? Outcome.TooLarge : Outcome.Whole;
            }

            // A backslash and what it escapes.
            if (Current() < 0)
            {
                return Outcome.CutOff;
            }

            _at++;
        }
    }

    /// <summary>Lets go of a record that grew too large: its end is looked for, its bytes are not kept.</summary>
    private bool Release()
    {
        if (_at - _start <= largestRecord)
        {
            return false;
        }

        Drop();
        return true;
    }

    /// <summary>The rest of the line, shortened, for a complaint; false when there is nothing to complain about.</summary>
    private bool Line(out string text)
    {
        while (Current() is var c and >= 0 and not '\n')
        {
            _at++;
            if (_at - _start > 4096)
            {
                break;
            }
        }

        var raw = _buffer.AsSpan(_start, Math.Min(_at - _start, 40));
        text = new string([.. Encoding.UTF8.GetString(raw).Trim().Select(c => char.IsControl(c) ? '?' : c)]);
        while (_at - _start > 4096 && Current() is var c and >= 0 and not '\n')
        {
            _at++;
            if (_at == _end)
            {
                Drop();
            }
        }

        return text.Length > 0;
    }

    /// <summary>The next byte that is not white space, a comma or a byte order mark; -1 at the end.</summary>
    private int Peek()
    {
        while (true)
        {
            var c = Current();
            if (c is ' ' or '\n' or '\r' or '\t' or ',' or 0x1E)
            {
                _at++;
            }
            else if (c == 0xEF && Position == 0)
            {
                _at += Math.Min(3, _end - _at);
            }
            else
            {
                return c;
            }
        }
    }

    private int Current() => _at < _end || Fill() ? _buffer[_at] : -1;

    private void Drop() => _start = _at;

    private bool Fill()
    {
        if (_eof)
        {
            return false;
        }

        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _dropped += _start;
            _at -= _start;
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _eof = read == 0;
        _end += read;
        return read > 0;
    }

    private enum Outcome
    {
        Whole,
        TooLarge,
        CutOff,
    }
}
