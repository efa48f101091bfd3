using System.Collections.Immutable;

namespace ServerlessGuard.Networks;

/// <summary>A set of addresses as merged, ordered ranges. Sets add and subtract exactly.</summary>
public sealed class AddressSet
{
    private readonly ImmutableArray<AddressRange> _ranges;

    private AddressSet(ImmutableArray<AddressRange> ranges) => _ranges = ranges;

    public static AddressSet None { get; } = new(ImmutableArray<AddressRange>.Empty);
    public static AddressSet Everything { get; } = new([AddressRange.AllV4, AddressRange.AllV6]);

    /// <summary>Merged: neither overlapping nor adjacent, IPv4 before IPv6, ascending.</summary>
    public ImmutableArray<AddressRange> Ranges => _ranges;

    public bool IsEmpty => _ranges.IsEmpty;

    public static AddressSet Of(IEnumerable<AddressRange> ranges)
    {
        var ordered = ranges.OrderBy(range => range.IsV6).ThenBy(range => range.First).ToList();
        if (ordered.Count == 0)
        {
            return None;
        }

        var merged = ImmutableArray.CreateBuilder<AddressRange>(ordered.Count);
        var current = ordered[0];
        foreach (var range in ordered.Skip(1))
        {
            var adjacent = range.IsV6 == current.IsV6
                && (range.First <= current.Last || current.Last != Top(current) && range.First == current.Last + 1);
            if (adjacent)
            {
                current = current with { Last = UInt128.Max(current.Last, range.Last) };
            }
            else
            {
                merged.Add(current);
                current = range;
            }
        }

        merged.Add(current);
        return new AddressSet(merged.ToImmutable());
    }

    public AddressSet Union(AddressSet other) => Of(_ranges.Concat(other._ranges));

    public AddressSet Except(AddressSet other)
    {
        var left = _ranges.ToList();
        foreach (var hole in other._ranges)
        {
            var rest = new List<AddressRange>(left.Count + 1);
            foreach (var range in left)
            {
                if (range.IsV6 != hole.IsV6 || hole.Last < range.First || hole.First > range.Last)
                {
                    rest.Add(range);
                    continue;
                }

                if (hole.First > range.First)
                {
                    rest.Add(range with { Last = hole.First - 1 });
                }

                if (hole.Last < range.Last)
                {
                    rest.Add(range with { First = hole.Last + 1 });
                }
            }

            left = rest;
        }

        return Of(left);
    }

    public bool Contains(AddressSet other) => other.Except(this).IsEmpty;

    private static UInt128 Top(AddressRange range) => range.IsV6 ? UInt128.MaxValue : uint.MaxValue;
}
