using ServerlessGuard.Facts.Trust;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary><c>AWS::IAM::OIDCProvider</c>: <c>Url</c>, <c>ClientIdList</c>, the audiences that it accepts.</summary>
/// <remarks>Source: aws-config-resource-schema, AWS::IAM::OIDCProvider.</remarks>
public sealed class OidcProviderReader : FactReader
{
    private const string Marker = ":oidc-provider/";

    public override string NativeType => "AWS::IAM::OIDCProvider";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.IdentityProvider];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var arn = resource.Configuration["Arn"].NonEmpty ?? resource.Ref.Id;
        if (resource.Configuration["ClientIdList"] is { IsArray: true } clients)
        {
            facts.Add(new OidcProviderFacts(resource.Ref, arn, clients.Items.Count));
        }

        // The ARN is made of the URL.
        var at = arn.IndexOf(Marker, StringComparison.Ordinal);
        var issuer = resource.Configuration["Url"].NonEmpty ?? (at < 0 ? null : arn[(at + Marker.Length)..]);
        facts.Add(new ProviderJoin(resource.Ref, arn, issuer is null
            ? Fact.Unknown("configuration.Url", "not in the item")
            : ApprovedIssuers.Unapproved(issuer, "configuration.Url", context.Settings))
        {
            IsOfWorkloads = true,
            IsDecided = ApprovedIssuers.AreDecided(context.Settings),
        });
    }
}
