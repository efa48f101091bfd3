using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ServerlessGuard.Findings;

namespace ServerlessGuard.Aws.Tests.Functions;

/// <summary>Deliveries come at least once and in any order.</summary>
public sealed class OrderTests
{
    [Fact]
    public async Task The_same_event_a_hundred_times_is_one_finding()
    {
        var host = new Host("scan");
        for (var i = 0; i < 5; i++)
        {
            Assert.Empty(await host.BatchAsync([.. Enumerable.Repeat(Samples.EventBridge(Samples.Bucket()), 20)]));
        }

        var findings = await host.FindingsAsync(FindingStatus.Open);
        Assert.Equal(findings.Count, findings.Select(finding => finding.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(findings, finding => Assert.Equal(1, finding.Revision));
        Assert.Contains(findings, finding => finding.RuleId == "SG-STOR-001");
    }

    /// <summary>A history of one bucket, delivered in any order with repetitions: the table says what the latest capture says.</summary>
    [Property(MaxTest = 60)]
    public Property The_latest_capture_decides_in_whatever_order_events_come()
    {
        var cases = from states in Gen.Elements("open", "closed", "deleted").ListOf(4)
                    from order in Gen.Shuffle(Enumerable.Range(0, 4).Concat(Enumerable.Range(0, 4)).ToArray())
                    select (States: states.ToArray(), Order: order);
        return Prop.ForAll(cases.ToArbitrary(), one => Converges(one.States, one.Order).GetAwaiter().GetResult());
    }

    private static async Task<bool> Converges(string[] states, int[] order)
    {
        var host = new Host("scan");
        foreach (var at in order)
        {
            var item = Samples.Bucket(open: states[at] is "open", at: Samples.At.AddMinutes(at), status: states[at] is "deleted" ? "ResourceDeleted" : "OK");
            await host.InvokeAsync(Samples.EventBridge(item));
        }

        var isOpen = (await host.FindingsAsync(FindingStatus.Open)).Exists(finding => finding.RuleId == "SG-STOR-001");
        return isOpen == states[^1] is "open";
    }
}
