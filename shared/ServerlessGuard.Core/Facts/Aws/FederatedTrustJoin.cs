using System.Collections.Immutable;
using ServerlessGuard.Facts.Trust;
using ServerlessGuard.Policies;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// A role's federated statements, waiting for the providers that they name: an issuer of one's own may have a single audience.
/// </summary>
public sealed record FederatedTrustJoin(ResourceRef Subject, ImmutableArray<Statement> Statements) : JoinedFacts(Subject)
{
    private const string Path = "configuration.assumeRolePolicyDocument";

    public override FactsKind Kind => FactsKind.FederatedTrust;

    public required bool Observed { get; init; }

    public override bool NeedsNobody => Statements.IsEmpty;

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        if (!Observed)
        {
            return new FederatedTrustFacts(Subject)
                { Pinned = Fact.Unknown(Path, "not in the item, or not a policy document"), OutOfReach = OutOfReach };
        }

        var worst = new TrustCheck(Fact.True(Path, "no federated trust"), null);
        foreach (var check in Statements.SelectMany(statement => Check(statement, neighbours)))
        {
            worst = TrustCheck.Worse(worst, check);
        }

        return new FederatedTrustFacts(Subject) { Pinned = worst.Pinned, Breadth = worst.Breadth, OutOfReach = OutOfReach };
    }

    private static IEnumerable<TrustCheck> Check(Statement statement, Neighbours neighbours)
    {
        if (statement.IsForEveryone)
        {
            yield return new TrustCheck(Fact.False(Path, $"{statement.Label}: any identity provider (principal *)"), Severity.Critical);
            yield break;
        }

        foreach (var principal in statement.Principals.Where(principal => principal.IsFederated))
        {
            if (principal.Value.Contains(":saml-provider/", StringComparison.Ordinal))
            {
                yield return SamlTrust.Check(statement);
                continue;
            }

            const string Marker = ":oidc-provider/";
            var at = principal.Value.IndexOf(Marker, StringComparison.Ordinal);
            var issuer = at < 0 ? principal.Value : principal.Value[(at + Marker.Length)..];
            yield return WebIdentityTrust.Check(statement, issuer, neighbours.One<OidcProviderFacts>(principal.Value)?.ClientIds,
                neighbours.Context.Settings);
        }
    }
}
