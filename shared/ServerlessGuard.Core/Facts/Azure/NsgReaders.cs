using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.Network/networkSecurityGroups</c>: the rules in priority order, a Deny before an Allow taking away its protocol, ports,
/// sources and destinations. A full answer always carries <c>securityRules</c>; without subnets and network interfaces nothing uses the
/// group.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Network 2025-05-01; "Network security groups" (Azure Virtual Network
/// documentation).</remarks>
public sealed class NsgReader : FactReader
{
    public override string NativeType => "Microsoft.Network/networkSecurityGroups";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.NetworkExposure];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.Acted("join")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var properties = resource.Configuration;
        if (!resource.IsObserved)
        {
            facts.Add(new NetworkExposureFacts(resource.Ref)
                { AdminPortsOpen = Fact.Unknown("properties", "an abbreviated response: get the group itself") });
            return;
        }

        facts.Add(new NsgFacts(resource.Ref));
        facts.Add(new NsgJoin(resource.Ref)
        {
            Rules = NsgRule.Read(properties["securityRules"].Items.All()),
            Listed = properties["securityRules"].IsArray,
            Attached = properties["subnets"].Items.Count + properties["networkInterfaces"].Items.Count > 0,
        });
    }
}

/// <summary>A rule as a resource of its own. Its NSG is the subject; without the NSG the rules around it are not known.</summary>
public sealed class NsgRuleReader : FactReader
{
    public override string NativeType => "Microsoft.Network/networkSecurityGroups/securityRules";

    public override IReadOnlyList<FactsKind> Gives => [];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.PartOf("Microsoft.Network/networkSecurityGroups")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (ArmId.Parent(resource.Ref.Id) is not { } group)
        {
            return;
        }

        facts.Add(new NsgRuleFacts(resource.Ref, ArmId.Key(group), NsgRule.Read([resource.Document])));
        facts.Add(new NsgJoin(new ResourceRef
        {
            Provider = Provider.Azure,
            NativeType = "Microsoft.Network/networkSecurityGroups",
            Id = group,
            Account = resource.Ref.Account,
            Name = ArmId.Name(group),
        })
        {
            FromChild = true,
        });
    }
}
