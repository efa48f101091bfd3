using System.Buffers;

namespace ServerlessGuard.Cli.Input;

/// <summary>What could not be read: each a line, the first ones kept, all counted.</summary>
internal sealed class InputFaults
{
    private const int Kept = 200;
    private static readonly SearchValues<char> Particular = SearchValues.Create(":\"0123456789");
    private readonly List<string> _lines = [];
    private readonly Lock _lock = new();

    public int Records { get; private set; }

    /// <summary>Records that could not be understood.</summary>
    public int Unreadable { get; private set; }

    /// <summary>Well-formed records that carry no resource.</summary>
    public int Empty { get; private set; }

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The most frequent reasons, for the last line.</summary>
    public IReadOnlyDictionary<string, int> Reasons => _reasons;

    private readonly Dictionary<string, int> _reasons = new(StringComparer.Ordinal);

    public void AddUnreadable(string source, long number, string reason)
    {
        lock (_lock)
        {
            Unreadable++;
            _reasons[Short(reason)] = _reasons.GetValueOrDefault(Short(reason)) + 1;
            if (_lines.Count < Kept)
            {
                _lines.Add($"{Terminal.Safe(source)}{(number > 0 ? $" item {number}" : string.Empty)}: {Terminal.Safe(reason)}");
            }
        }
    }

    public void AddEmpty()
    {
        lock (_lock)
        {
            Empty++;
        }
    }

    public void Count()
    {
        lock (_lock)
        {
            Records++;
        }
    }

    /// <summary>"cut off at byte 123" and "cut off at byte 456" are one reason.</summary>
    private static string Short(string reason)
    {
        var cut = reason.AsSpan().IndexOfAny(Particular);
        var text = cut > 3 ? reason[..cut].TrimEnd() : reason;
        return text.EndsWith(" at byte", StringComparison.Ordinal) ? text[..^8] : text;
    }
}
