using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Compute;

/// <summary>The identity of a function is not an administrator.</summary>
public sealed class FunctionIsNotAdministrator : Rule<WorkloadPrivilegeFacts>
{
    public override FactsKind Kind => FactsKind.WorkloadPrivilege;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-COMP-003",
        Title = "Function identity holds administrator rights",
        Severity = Severity.Critical,
        Risk = "Turns any bug in one function into an account or subscription takeover.",
        Remediation = Remediations.RemoveAdministratorRights,
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("resource-group", "The app is administrator of a resource group"),
            KeyValuePair.Create("conditional", "The app is administrator under a condition"),
        ]),
    };

    protected override Verdict Evaluate(WorkloadPrivilegeFacts facts, RuleSettings settings) =>
        facts.Administrator.Forbids("One bug in the function is a takeover of the account or subscription.");
}
