using ServerlessGuard.Facts.Trust;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>A federated credential, waiting for the rights of the identity that its issuer may speak for.</summary>
public sealed record CredentialIssuerJoin(ResourceRef Subject, Fact Unapproved) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.IdentityProvider;

    public override bool NeedsNobody => OutOfReach is not null || Identity is null || Unapproved.Value is not true;

    /// <summary>The managed identity's ARM id; null for an application's credential.</summary>
    public required string? Identity { get; init; }

    public static CredentialIssuerJoin Read(Resource resource, string? issuer, FactContext context) => new(resource.Ref, issuer is null
        ? Fact.Unknown("properties.issuer", "not in the answer")
        : ApprovedIssuers.Unapproved(issuer, "properties.issuer", context.Settings))
    {
        Identity = ArmId.Looks(resource.Ref.Id) ? ArmId.Parent(resource.Ref.Id) : null,
        OutOfReach = ApprovedIssuers.AreDecided(context.Settings) ? null : "approvedIdentityProviders is not set",
    };

    public override SubjectFacts Complete(Neighbours neighbours) => new IdentityProviderFacts(Subject)
    {
        Unapproved = Unapproved,
        LeftOver = Fact.False("properties.issuer", "a credential is a trust itself"),
        IsTrustedByAdministrator = !NeedsNobody && neighbours.Of<ManagedIdentityFacts>(ArmId.Key(Identity!), Identity)
            .SelectMany(identity => neighbours.Of<RoleAssignmentFacts>(identity.Principal))
            .Any(assignment => assignment.IsBroad && BuiltInRoles.Administrator(assignment.RoleDefinitionId) is not null),
        OutOfReach = OutOfReach,
    };
}
