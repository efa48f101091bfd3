using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// Types of which an account has one (per region): their presence shows that the scan looked at account level. What they hold is not read
/// here.
/// </summary>
public sealed class AccountLevelReader(string nativeType) : FactReader
{
    public static IEnumerable<FactReader> All =>
    [
        new AccountLevelReader("AWS::::Account"),
        new AccountLevelReader("AWS::EC2::SnapshotBlockPublicAccess"),
        new AccountLevelReader("AWS::Config::ConfigurationRecorder"),
        new AccountLevelReader("AWS::GuardDuty::Detector"),
        new AccountLevelReader("AWS::SecurityHub::Hub"),
    ];

    public override string NativeType { get; } = nativeType;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.Ref.Account is { } account)
        {
            facts.Add(new AccountLevelFacts(resource.Ref));
            facts.Add(new AccountBoundaryJoin(ResourceRef.AwsAccount(account)));
            facts.Add(new AccountAuditTrailJoin(ResourceRef.AwsAccount(account)));
            if (NativeType is "AWS::::Account")
            {
                facts.Add(AccountRootJoin.Of(resource.Ref));
            }
        }
    }
}
