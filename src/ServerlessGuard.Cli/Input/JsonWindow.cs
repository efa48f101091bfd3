using System.Buffers;
using System.Text;

namespace ServerlessGuard.Cli.Input;

/// <summary>How the passing of a value ended.</summary>
internal enum Outcome
{
    Whole,
    TooLarge,
    CutOff,
}

/// <summary>
/// The part of a stream of JSON that is in memory: the current record from its first byte on. It passes strings and brackets without
/// parsing them, and lets go of a record that grew too large.
/// </summary>
internal sealed class JsonWindow(Stream stream, int largestRecord)
{
    private static readonly SearchValues<byte> Structural = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> InString = SearchValues.Create("\"\\"u8);

    private byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _at;
    private int _end;
    private long _dropped;
    private bool _eof;

    /// <summary>Bytes read so far.</summary>
    public long Position => _dropped + _at;

    /// <summary>From the record's first byte to here; valid until the next step.</summary>
    public ReadOnlySpan<byte> Record => _buffer.AsSpan(_start, _at - _start);

    public int Length => _at - _start;

    /// <summary>Where the record begins in the stream.</summary>
    public long Start => _dropped + _start;

    /// <summary>Passes one byte.</summary>
    public void Step() => _at++;

    /// <summary>A record begins here; what was before is let go.</summary>
    public void Begin() => _start = _at;

    /// <summary>The next byte that is not white space, a comma or a byte order mark; -1 at the end.</summary>
    public int Peek()
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

    /// <summary>Passes one value of any kind.</summary>
    public Outcome Skip(int first)
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

    /// <summary>Passes what is left of some open brackets.</summary>
    public Outcome Nested(int depth)
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

    /// <summary>Passes a string, its quote first.</summary>
    public Outcome String()
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

    /// <summary>The rest of the line, shortened, for a complaint; false when there is nothing to complain about.</summary>
    public bool Line(out string text)
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
                Begin();
            }
        }

        return text.Length > 0;
    }

    private int Current() => _at < _end || Fill() ? _buffer[_at] : -1;

    /// <summary>Lets go of a record that grew too large: its end is looked for, its bytes are not kept.</summary>
    private bool Release()
    {
        if (_at - _start <= largestRecord)
        {
            return false;
        }

        Begin();
        return true;
    }

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
}
