using System.Text.Json;
using ServerlessGuard.Decisions;
using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Tables;

/// <summary>Rows outlive versions: a key that reads otherwise is a row that nobody finds.</summary>
public sealed class StoredKeyTests
{
    private const string Hash = "b186aea279ec2d8268779a5d3c02f632";
    private const string Rule = "SG-KEY-001/rbac";

    private static readonly DateTimeOffset At = new(2026, 11, 1, 12, 30, 5, TimeSpan.Zero);

    private static readonly ResourceRef Resource = new()
    {
        Provider = Provider.Aws, NativeType = "AWS::KMS::Key", Id = "arn:aws:kms:eu-west-1:111122223333:key/1", Account = "111122223333",
    };

    private static readonly OutboxEntry Entry = new()
    {
        Kind = OutboxKind.Federate, RuleId = Rule, Resource = Resource, Revision = 7, Step = FindingStep.Opened, CreatedAt = At,
    };

    public static TheoryData<string, string> Keys => new()
    {
        { Hash, RowKeys.Hash(Resource) },
        { "aws:111122223333", RowKeys.Partition(Resource) },
        { "sealed:aws:111122223333", RowKeys.Sealed(RowKeys.Partition(Resource)) },
        { "azure:guard", RowKeys.Deployment(Provider.Azure) },
        { "account:aws:111122223333", AccountRows.Row("aws:111122223333").Key },
        { "sweep:due", RowKeys.Sweep("due") },
        { $"r:{Hash}", FindingKeys.Resource(Hash) },
        { $"r:{Hash}:SG-KEY-001.rbac", FindingKeys.Finding(Hash, Rule) },
        { "x:open:0:", FindingKeys.IndexOf(FindingStatus.Open, Severity.Critical) },
        { $"h:{Hash}:SG-KEY-001.rbac:0000000007", FindingKeys.History(Hash, Rule, 7) },
        { "t:20261101T123005.0000000Z", FindingKeys.Timeline(At) },
        { "s:b", FindingKeys.Summary(Hash) },
        { "e:20261101T123005.0000000Z", FindingKeys.Waiting(At) },
        { $"{Hash}:SG-KEY-001.rbac:0000000007", FindingKeys.Step(Resource, Rule, 7) },
        { $"o:federate:20261101T123005.0000000Z:{Hash}:SG-KEY-001.rbac:0000000007", OutboxRows.Key(Entry) },
        { "o:command:20261101T123005.0000000Z:c:1", OutboxRows.Key(OutboxEntry.OfRow(OutboxKind.Command, "aws:111122223333", "c:1", At)) },
        { "q:o:x", OutboxRows.SetAside("o:x") },
        { "l:notify", OutboxRows.Lease(OutboxKind.Notify) },
        { "due:remediate:aws:1", DueRows.Key(DueKind.Remediate, "aws:1") },
        { "m:a.b", ExemptionRows.Key("a:b") },
        { "control", ControlRows.Key },
        { "b:SG-KEY-001:20261101T12", BreakerRows.Key("SG-KEY-001", At) },
        { $"plan:{Hash}:SG-KEY-001.rbac:p1", SealRows.Key(Resource, Rule, "p1") },
        { $"part:{Hash}:SG-KEY-001.rbac:p1:0000000002", SealRows.Part(Resource, Rule, "p1", 2) },
        { "c:1f", CommandRows.Key("1f") },
        { "l:expiry", ExpiryWalk.LeaseKey },
        { "p:sent", PeerRows.Sent },
        { "p:received", PeerRows.Received },
        { "p:asked:stop:20261101T12", PeerRows.Asked(CommandKind.Stop, At) },
        { "p:alarm:newaccount:azure.1", PeerRows.Alarm(PeerAlarmKind.NewAccount, "azure:1") },
        { $"f:20261101T123005.0000000Z:{Hash}:SG-KEY-001.rbac:0000000007", PeerRows.AcknowledgementKey(OutboxRows.Key(Entry)) },
        { "f:20261101T123005.0000000Z", PeerRows.AcknowledgementKey(At) },
        { "n:finding:0000000002:44136fa355b3678a1146ad16f7e8649e", PeerRows.Kept(RowKind.Finding, 2, "{}") },
        { "k:sec.ops:burst:SG-KEY-001.rbac", ChatKeys.Burst("sec ops", Rule) },
        { "k:sec.ops:digest:SG-KEY-001:20261101T123005.0000000Z", ChatKeys.Digest("sec ops", "SG-KEY-001", At) },
        { "k:sec.ops:notice:control:0000000003", ChatKeys.Notice("sec ops", "control", 3) },
        { "k:sec.ops:route", ChatKeys.Route("sec ops") },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_never_changes(string expected, string key) => Assert.Equal(expected, key);

    [Fact]
    public void Every_stage_stores_its_documents_in_the_same_way() => Assert.All(
        new JsonSerializerOptions[]
        {
            FindingsJson.Default.Options, DueJson.Default.Options, ExemptionsJson.Default.Options, GuardsJson.Default.Options, RemediationJson.Default.Options,
            DecisionsJson.Default.Options, FederationJson.Default.Options, ChatJson.Default.Options,
        },
        options =>
        {
            Assert.Equal(JsonNamingPolicy.CamelCase, options.PropertyNamingPolicy);
            Assert.Equal(System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull, options.DefaultIgnoreCondition);
            Assert.True(options.RespectNullableAnnotations);
        });
}
