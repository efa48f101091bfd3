using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Trust;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>An identity provider of an account, waiting for the roles that trust it.</summary>
/// <param name="Unapproved">Whether the settings approve of it.</param>
public sealed record ProviderJoin(ResourceRef Subject, string Arn, Fact Unapproved) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.IdentityProvider;

    public override bool NeedsNobody => OutOfReach is not null || !IsOfWorkloads && Unapproved.Value is not true;

    /// <summary>OpenID Connect: a provider that no role trusts is a left-over. SAML: people come when they come.</summary>
    public required bool IsOfWorkloads { get; init; }

    /// <summary>The settings say which providers are approved.</summary>
    public required bool IsDecided { get; init; }

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        if (NeedsNobody)
        {
            return new IdentityProviderFacts(Subject)
            {
                Unapproved = Unapproved,
                LeftOver = NotLeftOver,
                OutOfReach = OutOfReach ?? (IsDecided ? null : ApprovedIssuers.Undecided),
            };
        }

        var roles = neighbours.Of<RoleTrustFacts>(Subject.Account).ToList();
        var trusting = roles.Where(role => role.Providers.Contains(Arn, StringComparer.Ordinal)).ToList();
        var leftOver = !IsOfWorkloads || trusting.Count > 0 ? NotLeftOver
            : roles.Count == 0 || roles.Exists(role => !role.IsKnown)
                ? Fact.Unknown("AWS::IAM::Role", "whether a role trusts the provider is not in the scan")
                : Fact.True("AWS::IAM::Role", $"none of {roles.Count} roles of the account trusts {DocText.Shown(Arn)}");
        return new IdentityProviderFacts(Subject)
        {
            Unapproved = Unapproved,
            LeftOver = leftOver,
            IsTrustedByAdministrator = trusting.Exists(role => role.IsAdministrator),
            OutOfReach = IsDecided || leftOver.Value is true ? null : ApprovedIssuers.Undecided,
        };
    }

    private static Fact NotLeftOver => Fact.False("AWS::IAM::Role", "a role trusts it");
}
