using System.Collections.Immutable;
using ServerlessGuard.Policies;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>Which identity providers a role trusts, as a provider is joined with the roles of its account.</summary>
public sealed record RoleTrustFacts(ResourceRef Subject, ImmutableArray<string> Providers) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::IAM::Role") { By = ConfigColumn.Account, In = ConfigPlace.Home };

    public required bool IsAdministrator { get; init; }

    /// <summary>The trust was read.</summary>
    public required bool IsKnown { get; init; }

    public override IEnumerable<string> JoinKeys => Subject.Account is { } account ? [account] : [];

    public static RoleTrustFacts Read(RoleFacts role, Policy? trust) => new(role.Subject,
        trust is null ? [] : [.. trust.Statements.Where(statement => statement.Allows).SelectMany(statement => statement.Principals)
            .Where(principal => principal.IsFederated).Select(principal => principal.Value)])
    {
        IsAdministrator = role.Administrator.Value is true,
        IsKnown = trust is not null,
    };
}
