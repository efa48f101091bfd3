using System.Text.Json;
using ServerlessGuard.Documents;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Tests.Facts;

/// <summary>What no case can write down: a host's note that a list was read, and the words of the evidence.</summary>
public sealed class ReplicationTests
{
    private const string Account = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/reports";
    private const string Policies = "Microsoft.Storage/storageAccounts/objectReplicationPolicies";

    private static readonly FactContext Context = new(new RuleSettings(), DateTimeOffset.UnixEpoch);

    [Fact]
    public void An_account_whose_empty_list_was_read_copies_nothing_away()
    {
        var join = new StorageReplicationJoin(
            new ResourceRef { Provider = Provider.Azure, NativeType = "Microsoft.Storage/storageAccounts", Id = Account }, Fact.False("switch", "false"));
        Assert.Null(Assert.IsType<ReplicationFacts>(join.Complete(new Neighbours(Context))).CopiedAway.Value);

        var note = new List<SubjectFacts>();
        FactReaders.For(ListedChildren.NativeType)!.Read(ListedChildren.Note(Account, Policies, account: null), Context, note);
        var neighbours = new Neighbours(Context);
        neighbours.Add(Assert.IsType<ListedChildren>(Assert.Single(note)));
        Assert.False(Assert.IsType<ReplicationFacts>(join.Complete(neighbours)).CopiedAway.Value);
    }

    [Fact]
    public void A_disabled_rule_decides_nothing_and_is_named()
    {
        var rules = """{"old":{"status":"Disabled","destinationConfig":{"Account":"999988887777"}},"new":{"status":"Enabled","destinationConfig":{"Account":"777766665555"}}}""";
        var facts = Assert.IsType<ReplicationFacts>(Bucket(rules).Complete(new Neighbours(Context)));
        Assert.EndsWith("rules.new", facts.CopiedAway.Path, StringComparison.Ordinal);
        Assert.Contains("777766665555", facts.CopiedAway.Shown, StringComparison.Ordinal);
        Assert.EndsWith("; disabled: old", facts.CopiedAway.Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"status":"Enabled","destinationConfig":{"Account":"111122223333","bucketARN":"arn:aws:s3:::x"}}}""", true)]
    [InlineData("""{"a":{"status":"Disabled","destinationConfig":{"bucketARN":"arn:aws:s3:::x"}}}""", true)]
    [InlineData("""{"a":{"status":"Enabled","destinationConfig":{"bucketARN":"arn:aws:s3:::x"}}}""", false)]
    public void Only_a_destination_without_an_account_is_looked_up(string rules, bool isDecided) => Assert.Equal(isDecided, Bucket(rules).NeedsNobody);

    private static BucketReplicationJoin Bucket(string rules) => BucketReplicationJoin.Read(new Resource
    {
        Ref = new ResourceRef { Provider = Provider.Aws, NativeType = "AWS::S3::Bucket", Id = "arn:aws:s3:::b", Account = "111122223333" },
        Document = default,
        Supplementary = new Doc(JsonElement.Parse($$$"""{"BucketReplicationConfiguration":{"rules":{{{rules}}}}}""")),
    });
}
