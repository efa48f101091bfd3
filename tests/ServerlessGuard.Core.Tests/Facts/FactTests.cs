using FsCheck.Xunit;
using ServerlessGuard.Facts;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Facts;

public sealed class FactTests
{
    [Property]
    public bool Operators_are_three_valued_logic(bool? left, bool? right)
    {
        var a = new Fact(left, "a", "a");
        var b = new Fact(right, "b", "b");
        return (a & b).Value == (left & right) && (a | b).Value == (left | right) && a.Not.Value == !left;
    }

    [Theory]
    [InlineData(false, true, "a")]
    [InlineData(true, false, "b")]
    [InlineData(null, false, "b")]
    [InlineData(null, true, "a")]
    [InlineData(true, null, "b")]
    public void The_evidence_of_an_and_is_the_side_that_decided(bool? left, bool? right, string expected) =>
        Assert.Equal(expected, (new Fact(left, "a", "") & new Fact(right, "b", "")).Path);

    [Theory]
    [InlineData(true, false, "a")]
    [InlineData(false, true, "b")]
    [InlineData(false, null, "b")]
    public void The_evidence_of_an_or_is_the_side_that_decided(bool? left, bool? right, string expected) =>
        Assert.Equal(expected, (new Fact(left, "a", "") | new Fact(right, "b", "")).Path);

    [Fact]
    public void A_gap_says_what_is_missing()
    {
        var verdict = Fact.Unknown("AWS::IAM::Role x", "not in the scan").Requires("never");
        Assert.Equal(Compliance.InsufficientData, verdict.Compliance);
        Assert.Equal("AWS::IAM::Role x", verdict.Missing);
    }

    /// <summary>It printed its own negation without end, which ended the process.</summary>
    [Fact]
    public void A_fact_can_be_printed() => Assert.Equal("properties.open: true", Fact.True("properties.open", "true").ToString());
}
