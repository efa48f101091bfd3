using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Compute;

/// <summary>A function runs on a runtime that still gets fixes.</summary>
public sealed class RuntimeGetsFixes : Rule<RuntimeSupportFacts>
{
    public override FactsKind Kind => FactsKind.RuntimeSupport;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-COMP-002",
        Title = "Function runs on a runtime that no longer gets fixes",
        Severity = Severity.Medium,
        Risk = "Old runtimes keep known flaws and make a foothold cheap.",
    };

    protected override Verdict Evaluate(RuntimeSupportFacts facts, RuleSettings settings) =>
        facts.Supported.Requires("Flaws of this runtime are no longer mended.");
}
