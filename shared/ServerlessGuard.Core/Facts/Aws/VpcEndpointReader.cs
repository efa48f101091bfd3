using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::EC2::VPCEndpoint</c> of a Bedrock or SageMaker runtime. Neither its policy nor the account's use of the service is in an item.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::EC2::VPCEndpoint.</remarks>
public sealed class VpcEndpointReader : FactReader
{
    public override string NativeType => "AWS::EC2::VPCEndpoint";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.ModelEndpoint];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var service = resource.Configuration["serviceName"].Text ?? string.Empty;
        var isModel = service.Contains(".bedrock", StringComparison.OrdinalIgnoreCase)
            || service.Contains(".sagemaker", StringComparison.OrdinalIgnoreCase);
        facts.Add(new ModelEndpointFacts(resource.Ref)
        {
            ReachableFromAnyNetwork = Fact.Unknown("endpoint policy",
                "neither the endpoint's policy nor the account's use of the service is in an item (describe-vpc-endpoints)"),
            OutOfReach = isModel || service.Length == 0 ? null : "not an endpoint of a model service",
        });
    }
}
