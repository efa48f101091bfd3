using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Rules;

/// <summary>Every rule on facts alone, both clouds: one row per outcome and per difference in severity.</summary>
public sealed class RuleTableTests
{
    private static readonly Fact Yes = Fact.True("path", "value");
    private static readonly Fact No = Fact.False("path", "value");
    private static readonly Fact Unknown = Fact.Unknown("what is missing", "why");

    private static readonly ResourceRef Aws = new() { Provider = Provider.Aws, NativeType = "AWS::S3::Bucket", Id = "arn:aws:s3:::b", Account = "111122223333" };
    private static readonly ResourceRef Azure = new() { Provider = Provider.Azure, NativeType = "Microsoft.Storage/storageAccounts", Id = "/subscriptions/s/x" };

    private static readonly Row[] Rows =
    [
        .. Both(c => new Row("SG-STOR-001", new ObjectStoreFacts(c) { ReadableByAnyone = No, WritableByAnyone = No }, Compliance.Compliant)),
        .. Both(c => new Row("SG-STOR-001", new ObjectStoreFacts(c) { ReadableByAnyone = Yes, WritableByAnyone = No }, Compliance.NonCompliant, Severity.Critical)),
        .. Both(c => new Row("SG-STOR-001", new ObjectStoreFacts(c) { ReadableByAnyone = Unknown, WritableByAnyone = Yes }, Compliance.InsufficientData)),
        .. Both(c => new Row("SG-STOR-001", new ObjectStoreFacts(c) { ReadableByAnyone = No, WritableByAnyone = No, LatentRead = Yes.Evidence }, Compliance.Compliant, Sub: "latent")),
        .. Both(c => new Row("SG-STOR-001", new ObjectStoreFacts(c) { ReadableByAnyone = Yes, WritableByAnyone = No, OutOfReach = "no blobs" }, Compliance.NotApplicable)),
        new("SG-STOR-002", new ObjectStoreFacts(Aws) { ReadableByAnyone = Yes, WritableByAnyone = No }, Compliance.Compliant),
        new("SG-STOR-002", new ObjectStoreFacts(Aws) { ReadableByAnyone = No, WritableByAnyone = Yes }, Compliance.NonCompliant, Severity.Critical),
        new("SG-STOR-002", new ObjectStoreFacts(Aws) { ReadableByAnyone = No, WritableByAnyone = Unknown }, Compliance.InsufficientData),
        new("SG-STOR-002", new ObjectStoreFacts(Aws) { ReadableByAnyone = No, WritableByAnyone = No, LatentWrite = Yes.Evidence }, Compliance.Compliant, Sub: "latent"),
        .. Simple("SG-STOR-003", (c, fact) => new AccessBoundaryFacts(c) { Blocked = fact }, Severity.Medium),
        .. Simple("SG-STOR-004", (c, fact) => new TransportFacts(c) { EncryptedOnly = fact, ModernTlsOnly = Yes }, Severity.Medium),
        .. Both(c => new Row("SG-STOR-004", new TransportFacts(c) { EncryptedOnly = No, IsPartial = true, ModernTlsOnly = Yes }, Compliance.NonCompliant, Severity.Low)),
        .. Both(c => new Row("SG-STOR-004", new TransportFacts(c) { EncryptedOnly = Yes, ModernTlsOnly = No }, Compliance.NonCompliant, Severity.Low)),
        .. Both(c => new Row("SG-STOR-004", new TransportFacts(c) { EncryptedOnly = No, ModernTlsOnly = Unknown }, Compliance.NonCompliant, Severity.Medium)),
        .. Both(c => new Row("SG-STOR-004", new TransportFacts(c) { EncryptedOnly = No, ModernTlsOnly = No, OutOfReach = "NFS" }, Compliance.NotApplicable)),
        .. Simple("SG-STOR-005", (c, fact) => new SharedKeyFacts(c) { SharedKeyAllowed = fact.Not }, Severity.High),
        .. Simple("SG-STOR-006", (c, fact) => new StorageNetworkFacts(c) { OpenToEveryNetwork = fact.Not, SharedKeyAllowed = false }, Severity.Medium),
        new("SG-STOR-006", new StorageNetworkFacts(Azure) { OpenToEveryNetwork = Yes, SharedKeyAllowed = true }, Compliance.NonCompliant, Severity.High),
        .. Simple("SG-STOR-007", (c, fact) => new ReplicationFacts(c) { CopiedAway = fact.Not, MayBeCopiedAway = No }, Severity.Critical),
        .. Both(c => new Row("SG-STOR-007", new ReplicationFacts(c) { CopiedAway = Yes, MayBeCopiedAway = Unknown }, Compliance.NonCompliant, Severity.Critical)),
        .. Both(c => new Row("SG-STOR-007", new ReplicationFacts(c) { CopiedAway = Unknown, MayBeCopiedAway = Yes }, Compliance.InsufficientData)),
        new("SG-STOR-007", new ReplicationFacts(Azure) { CopiedAway = No, MayBeCopiedAway = Yes }, Compliance.NonCompliant, Severity.Medium),
        new("SG-STOR-007", new ReplicationFacts(Azure) { CopiedAway = No, MayBeCopiedAway = Unknown }, Compliance.InsufficientData),
        new("SG-STOR-007", new ReplicationFacts(Azure) { CopiedAway = No, MayBeCopiedAway = Yes, OutOfReach = "no blobs" }, Compliance.NotApplicable),
        .. Simple("SG-STOR-008", (c, fact) => new RecoveryFacts(c) { Recoverable = fact }, Severity.Medium),
        .. Simple("SG-NET-001", (c, fact) => new NetworkExposureFacts(c) { AdminPortsOpen = fact.Not, Attached = true }, Severity.High),
        .. Both(c => new Row("SG-NET-001", new NetworkExposureFacts(c) { AdminPortsOpen = Yes, EveryPort = true }, Compliance.NonCompliant, Severity.Critical)),
        .. Both(c => new Row("SG-NET-001", new NetworkExposureFacts(c) { AdminPortsOpen = Yes, EveryPort = true, Attached = false }, Compliance.NonCompliant, Severity.Low)),
        .. Simple("SG-NET-002", (c, fact) => new DatabaseNetworkFacts(c) { Public = fact.Not }, Severity.High),
        .. Both(c => new Row("SG-NET-002", new DatabaseNetworkFacts(c) { Public = Yes, PortOpen = Yes.Evidence }, Compliance.NonCompliant, Severity.Critical)),
        .. Both(c => new Row("SG-NET-002", new DatabaseNetworkFacts(c) { Public = No, PortOpen = Yes.Evidence }, Compliance.Compliant)),
        .. Simple("SG-COMP-001", (c, fact) => new InvocationFacts(c) { InvocableByAnyone = fact.Not }, Severity.Critical),
        new("SG-COMP-001", new InvocationFacts(Aws) { InvocableByAnyone = No, ConfusedDeputy = Yes.Evidence }, Compliance.NonCompliant, Severity.High),
        .. Simple("SG-COMP-002", (c, fact) => new RuntimeSupportFacts(c) { Supported = fact }, Severity.Medium),
        .. Simple("SG-KEY-004", (c, fact) => new SecretRotationFacts(c) { Replaced = fact }, Severity.Medium),
        .. Simple("SG-COMP-003", (c, fact) => new WorkloadPrivilegeFacts(c) { Administrator = fact.Not }, Severity.Critical),
        .. Simple("SG-COMP-004", (c, fact) => new SettingsSecretsFacts(c) { HoldsSecret = fact.Not }, Severity.High),
        new("SG-COMP-004", new SettingsSecretsFacts(Azure) { HoldsSecret = Yes, OnlyPlatformSetting = true }, Compliance.NonCompliant, Severity.Medium),
        .. Simple("SG-COMP-006", (c, fact) => new InstanceMetadataFacts(c) { TokensRequired = fact, HasRole = true }, Severity.High),
        new("SG-COMP-006", new InstanceMetadataFacts(Aws) { TokensRequired = No, HasRole = false }, Compliance.NonCompliant, Severity.Medium),
        new("SG-COMP-006", new InstanceMetadataFacts(Aws) { TokensRequired = No, HasRole = true, OutOfReach = "terminated" }, Compliance.NotApplicable),
        .. Simple("SG-KEY-001", (c, fact) => new KeyAccessFacts(c) { OpenToOutsiders = fact.Not, NetworkOnly = false }, Severity.Critical),
        new("SG-KEY-001", new KeyAccessFacts(Azure) { OpenToOutsiders = Yes, NetworkOnly = true }, Compliance.NonCompliant, Severity.High),
        .. Simple("SG-KEY-002", (c, fact) => new KeyRotationFacts(c) { Rotates = fact }, Severity.Low),
        .. Simple("SG-KEY-003", (c, fact) => new KeyDestructionFacts(c) { Protected = fact, Scheduled = true }, Severity.High),
        new("SG-KEY-003", new KeyDestructionFacts(Azure) { Protected = No, Scheduled = false }, Compliance.NonCompliant, Severity.Medium),
        .. Simple("SG-ID-001", (c, fact) => new HumanAccessFacts(c) { OutsideIdentityProvider = fact.Not }, Severity.High),
        .. Both(c => new Row("SG-ID-001", new HumanAccessFacts(c) { OutsideIdentityProvider = Yes, Administrator = true }, Compliance.NonCompliant, Severity.Critical)),
        .. Simple("SG-ID-002", (c, fact) => new StaticCredentialFacts(c) { Stale = fact.Not }, Severity.High),
        .. Both(c => new Row("SG-ID-002", new StaticCredentialFacts(c) { Stale = Yes, Administrator = true }, Compliance.NonCompliant, Severity.Critical)),
        .. Both(c => new Row("SG-ID-002", new StaticCredentialFacts(c) { Stale = Yes, OnlyExpired = true, Administrator = true }, Compliance.NonCompliant, Severity.Low)),
        .. Simple("SG-ID-003", (c, fact) => new FederatedTrustFacts(c) { Pinned = fact }, Severity.Critical),
        .. Both(c => new Row("SG-ID-003", new FederatedTrustFacts(c) { Pinned = No, Breadth = Severity.Medium }, Compliance.NonCompliant, Severity.Medium)),
        .. Simple("SG-ID-004", (c, fact) => new ForeignTrustFacts(c) { OpenToForeigners = fact.Not }, Severity.Critical),
        new("SG-ID-004", new ForeignTrustFacts(Azure) { OpenToForeigners = Yes, Known = true }, Compliance.NonCompliant, Severity.High),
        .. Simple("SG-ID-005", (c, fact) => new GrantFacts(c) { GrantsEverything = fact.Not }, Severity.High),
        new("SG-ID-005", new GrantFacts(Aws) { GrantsEverything = Yes, Lowered = Severity.Low }, Compliance.NonCompliant, Severity.Low),
        .. Simple("SG-ID-007", (c, fact) => new TopAccessFacts(c) { Armed = fact.Not }, Severity.Critical),
        .. Simple("SG-ID-009", (c, fact) => new IdentityProviderFacts(c) { Unapproved = fact.Not, LeftOver = No }, Severity.High),
        .. Both(c => new Row("SG-ID-009", new IdentityProviderFacts(c) { Unapproved = Yes, LeftOver = Unknown, IsTrustedByAdministrator = true }, Compliance.NonCompliant, Severity.Critical)),
        .. Both(c => new Row("SG-ID-009", new IdentityProviderFacts(c) { Unapproved = Unknown, LeftOver = Yes }, Compliance.NonCompliant, Severity.High)),
        .. Both(c => new Row("SG-ID-009", new IdentityProviderFacts(c) { Unapproved = No, LeftOver = Unknown }, Compliance.InsufficientData)),
        .. Simple("SG-ID-008", (c, fact) => new SecondFactorFacts(c) { PasswordIsEnough = fact.Not }, Severity.High),
        .. Simple("SG-ID-012", (c, fact) => new PersonalGrantFacts(c) { Direct = fact.Not }, Severity.Low),
        .. Both(c => new Row("SG-ID-012", new PersonalGrantFacts(c) { Direct = Yes, IsBroad = true }, Compliance.NonCompliant, Severity.Medium)),
        .. Simple("SG-ID-013", (c, fact) => new GuestAccessFacts(c) { ServesGuests = fact.Not }, Severity.High),
        new("SG-ID-013", new GuestAccessFacts(Aws) { ServesGuests = Yes, Reach = Yes }, Compliance.NonCompliant, Severity.Critical),
        .. Simple("SG-AI-002", (c, fact) => new WorkbenchFacts(c) { OnInternet = fact.Not }, Severity.High),
        .. Simple("SG-AI-003", (c, fact) => new ModelEndpointFacts(c) { ReachableFromAnyNetwork = fact.Not }, Severity.High),
        .. Simple("SG-AI-004", (c, fact) => new ModelKeyFacts(c) { AcceptsStaticKey = fact.Not }, Severity.High),
        new("SG-AI-004", new ModelKeyFacts(Aws) { AcceptsStaticKey = Yes, NeverExpires = true }, Compliance.NonCompliant, Severity.Critical),
        .. Simple("SG-DATA-006", (c, fact) => new DatabaseEncryptionFacts(c) { Encrypted = fact }, Severity.High),
        .. Simple("SG-LOG-001", (c, fact) => new AuditTrailFacts(c) { Recorded = fact }, Severity.High),
        .. Simple("SG-LOG-003", (c, fact) => new ObjectAccessLogFacts(c) { Recorded = fact }, Severity.Medium),
        .. Both(c => new Row("SG-LOG-003", new ObjectAccessLogFacts(c) { Recorded = No, OutOfReach = "a log target" }, Compliance.NotApplicable)),
        .. Both(c => new Row("SG-GOV-003", new TagClaimFacts(c) { Claims = [new("spare", "x", "to be kept out of every fix", Counts: false)] }, Compliance.NonCompliant, Severity.Medium)),
        .. Both(c => new Row("SG-GOV-003", new TagClaimFacts(c) { Claims = [new("spare", "x", "to be kept out of every fix", Counts: true)] }, Compliance.Compliant)),
        .. Both(c => new Row("SG-GOV-003", new TagClaimFacts(c) { Claims = [] }, Compliance.NotApplicable)),
        .. Both(c => new Row("SG-DATA-001", new ResidencyFacts(c) { Region = "eu-west-1", DataClass = null }, Compliance.Compliant)),
        .. Both(c => new Row("SG-DATA-001", new ResidencyFacts(c) { Region = "us-east-1", DataClass = null }, Compliance.NonCompliant, Severity.High)),
        .. Both(c => new Row("SG-DATA-001", new ResidencyFacts(c) { Region = "global", DataClass = null }, Compliance.NotApplicable)),
        .. Both(c => new Row("SG-DATA-001", new ResidencyFacts(c) { Region = null, DataClass = null }, Compliance.InsufficientData)),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rows.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Verdict_is(int number)
    {
        var row = Rows[number];
        var rule = RuleCatalog.BuiltIn.Find(row.Rule)!;
        var settings = GuardSettings.Default with { AllowedRegions = GuardSettings.Default.AllowedRegions.Add("default", ["eu-west-1"]) };
        var verdict = rule.Judge(row.Facts, settings);
        Assert.Equal(row.Expected, verdict.Compliance);
        if (row.Severity is { } severity)
        {
            Assert.Equal(severity, verdict.Severity ?? rule.Descriptor.Severity);
        }

        Assert.Equal(row.Sub, verdict.SubFindings.Select(found => found.Key).FirstOrDefault());
        switch (verdict.Compliance)
        {
            case Compliance.NonCompliant:
                Assert.False(verdict.Evidence.IsEmpty);
                Assert.EndsWith(".", verdict.Reason, StringComparison.Ordinal);
                break;
            case Compliance.InsufficientData:
                Assert.NotNull(verdict.Missing);
                break;
        }
    }

    [Fact]
    public void Each_rule_has_a_row_for_each_outcome_in_each_of_its_clouds()
    {
        foreach (var rule in RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor))
        {
            foreach (var provider in Enum.GetValues<Provider>().Where(provider => rule.IsIn(provider)))
            {
                foreach (var outcome in (Compliance[])[Compliance.Compliant, Compliance.NonCompliant, Compliance.InsufficientData])
                {
                    // A tag that was not delivered asks for nothing: that rule is never short of data.
                    Assert.True(
                        rule.Id is "SG-GOV-003" && outcome is Compliance.InsufficientData || Array.Exists(Rows, row => row.Rule == rule.Id && row.Facts.Subject.Provider == provider && row.Expected == outcome),
                        $"{rule.Id} {provider} {outcome}");
                }
            }
        }
    }

    private static IEnumerable<Row> Both(Func<ResourceRef, Row> row) => [row(Aws), row(Azure)];

    /// <summary>One fact, good when true: the three outcomes in both clouds.</summary>
    private static IEnumerable<Row> Simple(string rule, Func<ResourceRef, Fact, SubjectFacts> facts, Severity severity) =>
        new[] { Aws, Azure }.SelectMany(cloud => new Row[]
        {
            new(rule, facts(cloud, Yes), Compliance.Compliant),
            new(rule, facts(cloud, No), Compliance.NonCompliant, severity),
            new(rule, facts(cloud, Unknown), Compliance.InsufficientData),
        });

    private sealed record Row(string Rule, SubjectFacts Facts, Compliance Expected, Severity? Severity = null, string? Sub = null);
}
