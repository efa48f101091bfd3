using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page.Board;

/// <summary>
/// A finding as lists show it: what is filtered, sorted, searched and counted; no evidence, no plan. Never changed once made.
/// </summary>
internal sealed class FindingRow
{
    public required string Partition { get; init; }
    public required string Id { get; init; }
    public required string RuleId { get; init; }
    public required string Title { get; init; }
    public required string Reason { get; init; }
    public required Severity Severity { get; init; }
    public required FindingStatus Status { get; init; }
    public required Provider Provider { get; init; }
    public required string NativeType { get; init; }
    public required string ResourceId { get; init; }
    public string? Name { get; init; }
    public string? Region { get; init; }
    public string? Actor { get; init; }
    public string? Owner { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
    public required long Revision { get; init; }
    public TreatmentState? Treatment { get; init; }

    /// <summary>Its rule is in preview.</summary>
    public bool Preview { get; init; }
    public required StageTimes Stages { get; init; }

    /// <param name="pool">One copy of each text that many findings share.</param>
    public static FindingRow Of(Finding finding, string partition, StringPool pool) => new()
    {
        Partition = pool.Of(partition),
        Id = finding.Id,
        RuleId = pool.Of(finding.RuleId),
        Title = pool.Of(finding.Title),
        Reason = pool.Of(finding.Reason),
        Severity = finding.Severity,
        Status = finding.Status,
        Provider = finding.Resource.Provider,
        NativeType = pool.Of(finding.Resource.NativeType),
        ResourceId = finding.Resource.Id,
        Name = finding.Resource.Name,
        Region = finding.Resource.Region is { } region ? pool.Of(region) : null,
        Actor = finding.Actor is { } actor ? pool.Of(actor) : null,
        Owner = finding.Owner is { } owner ? pool.Of(owner) : null,
        OpenedAt = finding.OpenedAt,
        ChangedAt = finding.Treatment?.At is { } treated && treated > finding.CapturedAt ? treated : finding.CapturedAt,
        Revision = finding.Revision,
        Treatment = finding.Treatment?.State,
        Preview = finding.Preview,
        Stages = StageTimes.Of(finding),
    };

    /// <summary>Every word somewhere in what a person would call the finding by, whatever the case.</summary>
    public bool Speaks(ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (!Has(Title, word) && !Has(ResourceId, word) && !Has(RuleId, word) && !Has(Name, word) && !Has(Reason, word)
                && !Has(Partition, word)
                && !Has(NativeType, word) && !Has(Region, word) && !Has(Actor, word) && !Has(Owner, word) && !Has(Id, word))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Has(string? text, string word) => text is not null && text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
