using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>The S3 public access block of an account, as S3 buckets are joined with it.</summary>
public sealed record AccountBlockFacts(ResourceRef Subject, Fact IgnorePublicAcls, Fact RestrictPublicBuckets) : NeighbourFacts(Subject),
    INeighbour
{
    public static Source Source { get; } = new AwsSource("AWS::S3::AccountPublicAccessBlock")
        { By = ConfigColumn.Account, In = ConfigPlace.Home, Live = LiveRead.AccountBlock };

    public override IEnumerable<string> JoinKeys => [Subject.Id];

    /// <summary>Where the block is, seen from a bucket.</summary>
    public static string Path(string? account) => $"AWS::S3::AccountPublicAccessBlock of account {account ?? "(unknown)"}";

    /// <summary>
    /// The block of an account: as observed, or all off where the input holds none (it exists only after it was set once). Unknown where
    /// its item was not readable, or where a host could not read it.
    /// </summary>
    public static (Fact IgnorePublicAcls, Fact RestrictPublicBuckets) Of(string? account, Neighbours neighbours)
    {
        if (neighbours.One<AccountBlockFacts>(account) is { } block)
        {
            return (block.IgnorePublicAcls, block.RestrictPublicBuckets);
        }

        var path = Path(account);
        var fact = neighbours.Has<AccountLevelFacts>(account)
            ? Fact.False(path, "(absent: never set in this account)")
            : neighbours.Context.ReadsNeighbours
                ? Fact.Unknown(path, "the account's public access block could not be read")
                : Fact.False(path, "no account block in the input");
        return (fact, fact);
    }
}
