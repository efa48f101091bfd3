using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary><c>AWS::EC2::NetworkInterface</c>: <c>groups[].groupId</c>, the security groups in use.</summary>
/// <remarks>Source: aws-config-resource-schema, AWS::EC2::NetworkInterface.</remarks>
public sealed class NetworkInterfaceReader : FactReader
{
    public override string NativeType => "AWS::EC2::NetworkInterface";

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        foreach (var group in resource.Configuration["groups"].Items)
        {
            if (group["groupId"].NonEmpty is { } id)
            {
                facts.Add(new GroupInUseFacts(resource.Ref, id));
            }
        }
    }
}

/// <summary>A network interface that has the security group, or a launch template that gives it to instances.</summary>
public sealed record GroupInUseFacts(ResourceRef Subject, string GroupId) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::EC2::NetworkInterface") { By = ConfigColumn.Relationship };

    public override IEnumerable<string> JoinKeys => [GroupId];
}
