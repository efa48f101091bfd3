using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>A role's own rights, as the workloads that run under it are joined with it.</summary>
public sealed record RoleFacts(ResourceRef Subject) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::IAM::Role") { By = ConfigColumn.Arn, In = ConfigPlace.Home };

    public required string Arn { get; init; }

    /// <summary>Through inline policies and AWS managed policies.</summary>
    public required Fact Administrator { get; init; }

    public required ImmutableArray<string> CustomerPolicies { get; init; }

    /// <summary>The permissions boundary's ARN, or null.</summary>
    public required string? Boundary { get; init; }

    public override IEnumerable<string> JoinKeys => [Arn];
}

/// <summary>A customer managed policy's default version.</summary>
public sealed record ManagedPolicyFacts(ResourceRef Subject, string Arn, Fact Administrator) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::IAM::Policy") { By = ConfigColumn.Arn, In = ConfigPlace.Home };

    /// <summary>It allows something on objects or models.</summary>
    public required Fact ReachesData { get; init; }

    public override IEnumerable<string> JoinKeys => [Arn];
}

/// <summary>An IAM OIDC provider and how many audiences it accepts.</summary>
public sealed record OidcProviderFacts(ResourceRef Subject, string Arn, int ClientIds) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::IAM::OIDCProvider") { By = ConfigColumn.Arn, In = ConfigPlace.Home };

    public override IEnumerable<string> JoinKeys => [Arn];
}
