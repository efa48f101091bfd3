using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Ai;

/// <summary>A model can be called from known networks only.</summary>
public sealed class ModelEndpointIsPrivate : Rule<ModelEndpointFacts>
{
    public override FactsKind Kind => FactsKind.ModelEndpoint;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-AI-003",
        Title = "Model endpoint is reachable from any network",
        Severity = Severity.High,
        Risk = "An open model endpoint invites key theft abuse, prompt attacks and cost theft.",
        Remediation = Remediations.CloseModelEndpoint,
    };

    protected override Verdict Evaluate(ModelEndpointFacts facts, RuleSettings settings) =>
        facts.ReachableFromAnyNetwork.Forbids("The model accepts requests from any network: a stolen key or token is enough.");
}
