using System.Globalization;

namespace ServerlessGuard.Networks;

/// <summary>Inclusive ranges of ports, 0 to 65535.</summary>
public sealed class PortSet
{
    private readonly (int First, int Last)[] _ranges;

    private PortSet((int First, int Last)[] ranges) => _ranges = ranges;

    public static PortSet All { get; } = new([(0, 65535)]);
    public static PortSet None { get; } = new([]);

    public bool IsAll => _ranges.Any(range => range is { First: <= 1, Last: >= 65535 });

    public bool Contains(int port) => _ranges.Any(range => port >= range.First && port <= range.Last);

    /// <summary>From fromPort and toPort of a security group; absent, or -1, means every port.</summary>
    public static PortSet Between(long? first, long? last) => first is null or < 0 || last is null or < 0
        ? All
        : new([((int)Math.Clamp(first.Value, 0, 65535), (int)Math.Clamp(last.Value, 0, 65535))]);

    /// <summary>From "22", "20-30", "*" and lists of them; null when a part is none of these.</summary>
    public static PortSet? Parse(IEnumerable<string> texts)
    {
        var ranges = new List<(int, int)>();
        foreach (var part in texts.SelectMany(text =>
            text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (part is "*" || part.Equals("Any", StringComparison.OrdinalIgnoreCase))
            {
                return All;
            }

            var ends = part.Split('-', 2, StringSplitOptions.TrimEntries);
            if (!Port(ends[0], out var first) || !Port(ends[^1], out var last))
            {
                return null;
            }

            ranges.Add((first, last));
        }

        return new PortSet([.. ranges]);
    }

    private static bool Port(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;
}
