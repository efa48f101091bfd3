using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts;

/// <summary>Who may invoke a serverless function.</summary>
public sealed record InvocationFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Invocation;

    /// <summary>Anyone, without an identity that we know.</summary>
    public required Fact InvocableByAnyone { get; init; }

    /// <summary>AWS services on behalf of anyone (confused deputy), but nobody directly.</summary>
    public Evidence? ConfusedDeputy { get; init; }
}
