using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>An account of whose settings the scan holds something, but no trail.</summary>
public sealed record AccountAuditTrailJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.AuditTrail;

    public override bool IsShared => true;

    public override SubjectFacts? Complete(Neighbours neighbours) => TrailFacts.Of(Subject.Id, neighbours).Any()
        ? null
        : new AuditTrailFacts(Subject) { Recorded = neighbours.Has<AccountLevelFacts>(Subject.Id) ? Known(neighbours) : None };

    private static Fact None => Fact.Unknown("AWS::CloudTrail::Trail", "no trail of the account is in the scan");

    /// <summary>
    /// A deleted trail shows that trails are recorded; a scan of the account's settings that holds no other says that there is none.
    /// </summary>
    private Fact Known(Neighbours neighbours) => neighbours.One<DeletedTrailFacts>(Subject.Id) is { } gone
        ? Fact.False(gone.Subject.Id, "the trail was deleted, and no other is in the scan")
        : None;
}

/// <summary>A trail that was deleted.</summary>
public sealed record DeletedTrailFacts(ResourceRef Subject) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("the deleted trail is the item that is judged");

    public override IEnumerable<string> JoinKeys => Subject.Account is { } account ? [account] : [];
}
