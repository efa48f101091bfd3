using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>The scan covers the account's own settings, so a setting that is not in it was never made.</summary>
public sealed record AccountLevelFacts(ResourceRef Subject) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source
        { get; } = new Source.Given("comes with the account's public access block, or with any item about the account");

    public override IEnumerable<string> JoinKeys => Subject.Account is { } account ? [account] : [];
}
