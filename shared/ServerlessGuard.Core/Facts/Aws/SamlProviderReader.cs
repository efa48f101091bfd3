using ServerlessGuard.Facts.Trust;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::IAM::SAMLProvider</c>. Its item names it only; <c>supplementaryConfiguration.SAMLMetadataDocument</c> holds what GetSAMLProvider
/// says where a host read it.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::IAM::SAMLProvider; IAM API reference.</remarks>
public sealed class SamlProviderReader : FactReader
{
    private const string Path = "SAMLMetadataDocument";

    public override string NativeType => "AWS::IAM::SAMLProvider";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.IdentityProvider];

    public override LiveRead? CompletedBy => LiveRead.SamlMetadata;

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var arn = resource.Configuration["Arn"].NonEmpty ?? resource.Ref.Id;
        var document = resource.Supplementary[Path].NonEmpty ?? resource.Configuration[Path].NonEmpty;
        var ids = document is null ? null : SamlMetadata.EntityIds(document);
        facts.Add(new ProviderJoin(resource.Ref, arn, Unapproved(document, ids, context.Settings))
        {
            IsOfWorkloads = false,
            IsDecided = ApprovedIssuers.AreDecidedForPeople(context.Settings),
            OutOfReach = IsIdentityCenters(arn, ids) ? "a provider of IAM Identity Center" : null,
        });
    }

    private static Fact Unapproved(string? document, IReadOnlyList<string>? ids, RuleSettings settings) => (document, ids) switch
    {
        (null, _) => Fact.Unknown(Path, "not in the item: get-saml-provider"),
        (_, null) => Fact.Unknown(Path, "no SAML metadata"),
        _ => ids.Select(id => ApprovedIssuers.Unapproved(id, "EntityDescriptor.entityID", settings, ofPeople: true))
            .Aggregate((all, one) => all | one),
    };

    /// <summary>The name alone is anybody's to choose: where the metadata is known, it must be of AWS.</summary>
    private static bool IsIdentityCenters(string arn, IReadOnlyList<string>? ids) =>
        arn.Contains(":saml-provider/AWSSSO_", StringComparison.Ordinal) && arn.EndsWith("_DO_NOT_DELETE", StringComparison.Ordinal)
        && (ids is null || ids.All(id => Uri.TryCreate(id, UriKind.Absolute, out var uri)
            && (uri.Host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase)
                && uri.Host.Contains(".sso.", StringComparison.OrdinalIgnoreCase)
                || uri.Host.EndsWith(".amazonaws.com.cn", StringComparison.OrdinalIgnoreCase)
                && uri.Host.Contains(".sso.", StringComparison.OrdinalIgnoreCase))));
}
