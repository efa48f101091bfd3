using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Compute;

/// <summary>Only known callers can invoke a serverless function.</summary>
public sealed class FunctionIsNotInvocableByAnyone : Rule<InvocationFacts>
{
    public override FactsKind Kind => FactsKind.Invocation;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-COMP-001",
        Title = "Serverless function can be invoked by anyone",
        Severity = Severity.Critical,
        Risk = "An open function is a foothold: code execution that already holds a cloud identity.",
        Remediation = Remediations.RemovePublicInvocation,
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("excluded-path", "A path is excluded from authentication"),
        ]),
    };

    protected override Verdict Evaluate(InvocationFacts facts, RuleSettings settings) => facts.InvocableByAnyone.Value switch
    {
        true => Verdict.NonCompliant("Anyone can invoke the function.", facts.InvocableByAnyone.Evidence),
        false when facts.ConfusedDeputy is { } deputy =>
            Verdict.NonCompliant("A service may invoke the function on behalf of anyone.", deputy).At(Severity.High),
        false => Verdict.Compliant,
        null => facts.InvocableByAnyone.Insufficient,
    };
}
