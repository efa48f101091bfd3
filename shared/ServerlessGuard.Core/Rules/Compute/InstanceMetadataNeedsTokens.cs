using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Compute;

/// <summary>The metadata service of an instance asks for session tokens.</summary>
public sealed class InstanceMetadataNeedsTokens : Rule<InstanceMetadataFacts>
{
    public override FactsKind Kind => FactsKind.InstanceMetadata;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-COMP-006",
        Title = "Instance metadata service still answers version 1",
        Severity = Severity.High,
        Clouds = [Provider.Aws],
        Risk = "A server-side request forgery turns into stolen role credentials.",
        Remediation = Remediations.RequireMetadataTokens,
    };

    protected override Verdict Evaluate(InstanceMetadataFacts facts, RuleSettings settings) => facts.TokensRequired.Value switch
    {
        true => Verdict.Compliant,
        false => Verdict.NonCompliant("A request that the instance is tricked into making can read the role's credentials.",
            facts.TokensRequired.Evidence)
            .At(facts.HasRole ? Descriptor.Severity : Severity.Medium),
        null => facts.TokensRequired.Insufficient,
    };
}
