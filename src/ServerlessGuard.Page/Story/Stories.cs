using System.Text.Json;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guides;
using ServerlessGuard.Page.Actions;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page.Story;

/// <summary>One finding, whole, read from the table itself.</summary>
internal static class Stories
{
    private const int MostSteps = 500;

    /// <summary>Null when there is no such finding.</summary>
    public static async Task<StoryAnswer?> ReadAsync(ITable table, string id, bool decides, CancellationToken cancellation)
    {
        if (await FindAsync(table, id, cancellation) is not ({ } found, var exemption))
        {
            return null;
        }

        var finding = await table.WithFederatedAsync(found, cancellation);

        var steps = new List<FindingEvent>();
        var prefix = FindingKeys.History(finding);
        await foreach (
            var row in table.QueryAsync(RowKeys.Partition(finding.Resource), prefix, RowKeys.After(prefix), MostSteps, cancellation))
        {
            try
            {
                steps.Add(FindingRows.Event(row));
            }
            catch (Exception fault) when (fault is JsonException or InvalidDataException)
            {
                // A step of a later version: the others are still the story.
            }
        }

        var rule = RuleCatalog.BuiltIn.Find(SubFinding.RuleOf(finding.RuleId))?.Descriptor;
        var guide = rule is null ? null : RuleGuides.Of(rule);
        return new StoryAnswer(
            finding,
            RowKeys.Partition(finding.Resource),
            rule?.Risk,
            guide?.In(finding.Resource.Provider)?.Fix,
            guide?.ExemptWhen,
            guide is null ? [] : [.. guide.Controls],
            [.. FindingEvent.InOrder(steps).Select(StepView.Of)],
            decides ? PageDecisions.Allowed(finding, exemption) : []);
    }

    /// <summary>With the exemption that suppresses it, where that lies in the table.</summary>
    public static async Task<(Finding? Finding, Exemption? Exemption)> FindAsync(ITable table, string id, CancellationToken cancellation)
    {
        var finding = await new FindingReader(table).FindAsync(id, cancellation);
        return finding?.ExemptionId is { } exemption
            && await table.FindAsync(RowKeys.Partition(finding.Resource), ExemptionRows.Key(exemption), cancellation) is { } row
            ? (finding, ExemptionRows.Read(row))
            : (finding, null);
    }
}
