using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Ai;

/// <summary>A notebook, workspace or agent runtime is not wired straight to the internet.</summary>
public sealed class WorkbenchIsOffTheInternet : Rule<WorkbenchFacts>
{
    public override FactsKind Kind => FactsKind.Workbench;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-AI-002",
        Title = "AI workbench is wired straight to the internet",
        Severity = Severity.High,
        Risk = "Notebooks hold data, credentials and shells; direct internet turns them into an exfiltration gate.",
        Remediation = Remediations.CloseWorkbench,
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("isolation", "A private workspace sends out what it likes"),
        ]),
    };

    protected override Verdict Evaluate(WorkbenchFacts facts, RuleSettings settings) =>
        facts.OnInternet.Forbids("An interactive, privileged environment is one step from the internet.");
}
