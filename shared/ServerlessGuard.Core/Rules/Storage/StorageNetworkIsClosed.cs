using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>A storage account answers known networks only.</summary>
public sealed class StorageNetworkIsClosed : Rule<StorageNetworkFacts>
{
    public override FactsKind Kind => FactsKind.StorageNetwork;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-006",
        Title = "Storage account is open to every network",
        Severity = Severity.Medium,
        Clouds = [Provider.Azure],
        Risk = "With the firewall open a stolen key, SAS or token works from anywhere.",
        Remediation = Remediations.CloseStorageNetwork,
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("foreign-tenant", "A resource of another tenant may pass the firewall"),
        ]),
    };

    protected override Verdict Evaluate(StorageNetworkFacts facts, RuleSettings settings) => facts.OpenToEveryNetwork.Value switch
    {
        true => Verdict.NonCompliant("A stolen key, signature or token works from anywhere.", facts.OpenToEveryNetwork.Evidence)
            .At(facts.SharedKeyAllowed ? Severity.High : Descriptor.Severity),
        false => Verdict.Compliant,
        null => facts.OpenToEveryNetwork.Insufficient,
    };
}
