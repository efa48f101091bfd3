using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Ai;

/// <summary>A model service accepts identities, not static keys.</summary>
public sealed class ModelRefusesStaticKeys : Rule<ModelKeyFacts>
{
    public override FactsKind Kind => FactsKind.ModelKey;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-AI-004",
        Title = "Model service accepts a static API key",
        Severity = Severity.High,
        Risk = "Keys for models leak through code and notebooks and are resold; identity tokens are not.",
        Remediation = Remediations.DisableModelKeys,
    };

    protected override Verdict Evaluate(ModelKeyFacts facts, RuleSettings settings) => facts.AcceptsStaticKey.Value switch
    {
        true => Verdict.NonCompliant("A key that leaks calls the model, and is resold.", facts.AcceptsStaticKey.Evidence)
            .At(facts.NeverExpires ? Severity.Critical : Descriptor.Severity),
        false => Verdict.Compliant,
        null => facts.AcceptsStaticKey.Insufficient,
    };
}
