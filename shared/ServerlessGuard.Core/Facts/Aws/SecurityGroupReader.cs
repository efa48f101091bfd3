using ServerlessGuard.Networks;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::EC2::SecurityGroup</c>: <c>ipPermissions[]</c> with fromPort and toPort (absent for protocol -1), and, through the item's
/// relationships, what uses the group.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::EC2::SecurityGroup; EC2 API reference, IpPermission.</remarks>
public sealed class SecurityGroupReader : FactReader
{
    private static readonly HashSet<string> Attaching = new(StringComparer.OrdinalIgnoreCase)
    {
        "AWS::EC2::NetworkInterface", "AWS::EC2::Instance", "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration",
    };

    public override string NativeType => "AWS::EC2::SecurityGroup";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.NetworkExposure];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var permissions = resource.Configuration["ipPermissions"];
        if (!permissions.IsArray)
        {
            facts.Add(new NetworkExposureFacts(resource.Ref)
                { AdminPortsOpen = Fact.Unknown("configuration.ipPermissions", "not in the item") });
            return;
        }

        var ingress = IngressRule.Read(permissions).ToArray();
        var id = resource.Configuration["groupId"].NonEmpty ?? resource.Document["resourceId"].NonEmpty;
        facts.Add(new SecurityGroupJoin(resource.Ref, id, [.. ingress], Attached(resource)));
        var open = ingress.Where(rule => Internet.IsOpenTo(rule.Sources)).Select(rule => rule with { Sources = AddressSet.None }).ToArray();
        if (open.Length > 0 && id is not null)
        {
            facts.Add(new SecurityGroupFacts(resource.Ref, id, [.. open]));
        }
    }

    /// <summary>
    /// A relationship to a network interface or an instance, or to a template that makes some; null when the item carries no
    /// relationships.
    /// </summary>
    private static bool? Attached(Resource resource)
    {
        var relationships = resource.Document["relationships"];
        return relationships.IsArray
            ? relationships.Items.All()
                .Any(related => Attaching.Contains(related["resourceType"].Text ?? string.Empty))
            : null;
    }
}
