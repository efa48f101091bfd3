using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary><c>AWS::IAM::OIDCProvider</c>: <c>ClientIdList</c>, the audiences that it accepts.</summary>
/// <remarks>Source: aws-config-resource-schema, AWS::IAM::OIDCProvider.</remarks>
public sealed class OidcProviderReader : FactReader
{
    public override string NativeType => "AWS::IAM::OIDCProvider";

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.Configuration["ClientIdList"] is { IsArray: true } clients)
        {
            facts.Add(new OidcProviderFacts(resource.Ref, resource.Configuration["Arn"].NonEmpty ?? resource.Ref.Id, clients.Items.Count));
        }
    }
}
