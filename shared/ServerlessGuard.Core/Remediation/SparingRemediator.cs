using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Remediation;

/// <summary>
/// A remediator that keeps its hands off the product's own resources: closing our own chat endpoint, which is public by design, would end
/// what lets people stop us. The finding stays; its fix is refused when it is planned, and again at the write, whatever a row says was
/// planned or is to be put back.
/// </summary>
public sealed class SparingRemediator(Remediator inner, OwnResources own) : Remediator
{
    public override RemediatorDescriptor Descriptor => inner.Descriptor;

    public static IReadOnlyList<Remediator> All(IEnumerable<Remediator> remediators, OwnResources own) =>
        [.. remediators.Select(remediator => new SparingRemediator(remediator, own))];

    public override Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation) => inner.ReadAsync(finding, cancellation);

    public override Desired Desire(JsonNode live, Finding finding) =>
        own.Has(finding.Resource) && inner.Desire(live, finding) is Desired.Change
        ? new Desired.Refuse(OwnResources.Reason)
        : inner.Desire(live, finding);

    public override Task<IReadOnlyDictionary<string, string>?> ReadTagsAsync(Finding finding, CancellationToken cancellation) =>
        inner.ReadTagsAsync(finding, cancellation);

    public override Task<string?> ForbidsAsync(Finding finding, CancellationToken cancellation) =>
        inner.ForbidsAsync(finding, cancellation);

    public override Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation) =>
        own.Has(finding.Resource)
        ? throw new CloudCallException("OwnResource", OwnResources.Reason, isTransient: false)
        : inner.WriteAsync(finding, from, to, cancellation);
}
