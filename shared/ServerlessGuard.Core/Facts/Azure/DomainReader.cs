using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Trust;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// Microsoft Graph domain: <c>authenticationType</c> Managed or Federated, and <c>federationConfiguration[].issuerUri</c> where the query
/// brought it. A federated domain lets its provider say who every person of the domain is.
/// </summary>
/// <remarks>Source: Microsoft Graph v1.0, domain and internalDomainFederation resource types.</remarks>
public sealed class DomainReader : FactReader
{
    public override string NativeType => GraphTypes.Domain;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.IdentityProvider];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts) => facts.Add(
        new IdentityProviderFacts(resource.Ref)
        {
            Unapproved = Unapproved(resource.Document, context.Settings),
            LeftOver = Fact.False("federationConfiguration", "a federated domain is a trust itself"),
            OutOfReach = resource.Document["authenticationType"].Is("Federated") && !ApprovedIssuers.AreDecidedForPeople(context.Settings)
                ? ApprovedIssuers.Undecided
                : null,
        });

    private static Fact Unapproved(Doc domain, RuleSettings settings)
    {
        const string Path = "authenticationType";
        if (!domain[Path].Is("Federated"))
        {
            return domain[Path].Is("Managed")
                ? Fact.False(Path, "Managed")
                : Fact.Unknown(Path, "neither Managed nor Federated");
        }

        var issuers = domain["federationConfiguration"].OneOrMany().Select(one => one["issuerUri"].NonEmpty).OfType<string>().ToList();
        return issuers.Count > 0
            ? issuers.Select(issuer => ApprovedIssuers.Unapproved(issuer, "federationConfiguration[].issuerUri", settings, ofPeople: true))
                .Aggregate((all, one) => all | one)
            // Where Entra itself is the provider, somebody else now says who people are.
            : settings.Identity.IsEntra
                ? Fact.True(Path, "Federated, though identity.provider is entra")
                : Fact.Unknown("federationConfiguration[].issuerUri", "not in the answer: get the domain's federationConfiguration");
    }
}
