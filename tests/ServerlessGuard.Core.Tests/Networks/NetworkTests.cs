using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ServerlessGuard.Networks;

namespace ServerlessGuard.Tests.Networks;

public sealed class NetworkTests
{
    [Theory]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("::/0", true)]
    [InlineData("8.0.0.0/8", false)]
    [InlineData("8.0.0.0/7", true)]
    [InlineData("10.0.0.0/7", true)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("2001:db8::/32", false)]
    [InlineData("2001:db8::/31", true)]
    [InlineData("fc00::/7", false)]
    [InlineData("203.0.113.5", false)]
    [InlineData("0.0.0.0-255.255.255.255", true)]
    public void One_block_is_open(string block, bool expected) => Assert.Equal(expected, Internet.IsOpenTo(AddressSet.Of([AddressRange.Parse(block)!.Value])));

    [Theory]
    [InlineData("0.0.0.0/1,128.0.0.0/1", true)]
    [InlineData("8.0.0.0/8,9.0.0.0/32", true)]
    [InlineData("8.0.0.0/8,8.1.0.0/16", false)]
    [InlineData("10.0.0.0/8,172.16.0.0/12,192.168.0.0/16", false)]
    [InlineData("10.0.0.0/8,11.0.0.0/16", true)]
    [InlineData("", false)]
    public void Blocks_are_merged_before_they_are_counted(string blocks, bool expected) =>
        Assert.Equal(expected, Internet.IsOpenTo(AddressSet.Of(blocks.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(block => AddressRange.Parse(block)!.Value))));

    [Theory]
    [InlineData("1")]
    [InlineData("0x7f.0.0.1.")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0/8")]
    [InlineData("::/129")]
    [InlineData("fe80::1%eth0")]
    [InlineData("Internet")]
    [InlineData("")]
    [InlineData("10.0.0.9-10.0.0.1")]
    [InlineData("10.0.0.1-::1")]
    public void Not_an_address(string text) => Assert.Null(AddressRange.Parse(text));

    [Theory]
    [InlineData("22", 22, true)]
    [InlineData("20-30", 22, true)]
    [InlineData("20-30", 31, false)]
    [InlineData("80,443,20-30", 22, true)]
    [InlineData("*", 65535, true)]
    [InlineData("0-65535", 22, true)]
    public void Port_is_in(string ports, int port, bool expected) => Assert.Equal(expected, PortSet.Parse([ports])!.Contains(port));

    [Theory]
    [InlineData("ssh")]
    [InlineData("70000")]
    [InlineData("-1")]
    public void Not_a_port(string text) => Assert.Null(PortSet.Parse([text]));

    [Fact]
    public void Absent_and_minus_one_mean_every_port()
    {
        Assert.True(PortSet.Between(null, null).IsAll);
        Assert.True(PortSet.Between(-1, -1).IsAll);
        Assert.True(PortSet.Between(0, 65535).IsAll);
        Assert.False(PortSet.Between(22, 22).IsAll);
    }

    /// <summary>Sets of addresses against the definition, address by address in a small world.</summary>
    [Property(MaxTest = 1000)]
    public Property Set_operations_are_pointwise()
    {
        var range = from first in Gen.Choose(0, 40) from length in Gen.Choose(0, 12) select new AddressRange(false, (UInt128)first, (UInt128)(first + length));
        var ranges = range.ListOf().Select(list => list.Take(6).ToList());
        return Prop.ForAll(Arb.From(ranges), Arb.From(ranges), (left, right) =>
        {
            var a = AddressSet.Of(left);
            var b = AddressSet.Of(right);
            return Enumerable.Range(0, 64).All(address =>
            {
                var inA = left.Exists(one => Has(one, address));
                var inB = right.Exists(one => Has(one, address));
                return Has(a, address) == inA && Has(a.Union(b), address) == (inA || inB) && Has(a.Except(b), address) == (inA && !inB);
            })
            && a.Ranges.Zip(a.Ranges.Skip(1)).All(pair => pair.First.Last + 1 < pair.Second.First)
            && a.Contains(b) == b.Ranges.All(one => Enumerable.Range((int)one.First, (int)(one.Last - one.First) + 1).All(address => Has(a, address)));
        });
    }

    [Fact]
    public void Everything_less_everything_is_nothing_and_does_not_overflow()
    {
        Assert.True(AddressSet.Everything.Except(AddressSet.Everything).IsEmpty);
        Assert.Equal(2, AddressSet.Everything.Union(AddressSet.Everything).Ranges.Length);
        Assert.True(Internet.IsOpenTo(AddressSet.Everything));
    }

    private static bool Has(AddressSet set, int address) => set.Ranges.Any(range => Has(range, address));

    private static bool Has(AddressRange range, int address) => range.First <= (UInt128)address && range.Last >= (UInt128)address;
}
