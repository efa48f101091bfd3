using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>A storage account accepts the identity provider's tokens only, not its own keys.</summary>
public sealed class StorageRefusesSharedKeys : Rule<SharedKeyFacts>
{
    public override FactsKind Kind => FactsKind.SharedKey;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-005",
        Title = "Data plane accepts shared keys outside the identity provider",
        Severity = Severity.High,
        Clouds = [Provider.Azure],
        Risk = "Account keys and SAS bypass Entra, conditional access and sign-in logs, so a leaked key is invisible shadow access.",
        Remediation = Remediations.DisableSharedKey,
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("old-key", "An account key is old"),
            KeyValuePair.Create("no-sas-policy", "Shared access signatures have no limit"),
            KeyValuePair.Create("sftp-local-users", "SFTP local users sign in past the identity provider"),
        ]),
    };

    protected override Verdict Evaluate(SharedKeyFacts facts, RuleSettings settings) =>
        facts.SharedKeyAllowed.Forbids("Account keys and the signatures made from them open the data without an identity.");
}
