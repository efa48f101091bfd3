using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Aws.Tests.Functions;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Resources;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Aws.Tests.Needs;

/// <summary>
/// Every source in AWS, read by the host: what a stranger chose stays inside its quotes, and the answer is kept unless it must be fresh.
/// </summary>
public sealed class NeedReaderTests
{
    private static readonly Dictionary<string, AwsSource> Sources = typeof(INeighbour).Assembly.GetTypes()
        .Where(type => type.IsAssignableTo(typeof(INeighbour)) && !type.IsInterface)
        .Select(type => (type.Name, Source: type.GetProperty(nameof(INeighbour.Source))!.GetValue(null)))
        .Where(one => one.Source is AwsSource).ToDictionary(one => one.Name, one => (AwsSource)one.Source!, StringComparer.Ordinal);

    public static TheoryData<string> All => [.. Sources.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_source_is_asked_for_what_is_wanted(string kind)
    {
        var source = Sources[kind];
        var api = new StubApi().On("GetManagedPrefixListEntries", "<R/>").On("ListAccessKeys", "<R/>").On("GetLoginProfile", "<R/>")
            .On("ListServiceSpecificCredentials", "<R/>");
        var time = new ManualTime(Samples.At);
        var log = new Log(Stream.Null, time);
        var inventory = new ConfigInventory(api, "eu-west-1");
        var reader = new NeedReader(inventory, new LiveReader(api, time), new NeighbourCache(time), log, new Metrics(log, time, "scan"));
        var bucket = ResourceRef.AwsAccount(Samples.Account) with { NativeType = "AWS::S3::Bucket", Id = "arn:aws:s3:::b", Region = "eu-west-1" };
        const string Hostile = "x' OR resourceType LIKE '%";
        var need = new Need(source, bucket, [new Wanted(source, Hostile, Hostile)]);

        await reader.ReadAsync(need, CancellationToken.None);
        var first = api.Calls.Count;
        Assert.True(first > 0, $"{kind}: nothing was asked");
        var queries = api.Bodies("SelectResourceConfig").Select(body => (string)body["Expression"]!).ToList();
        Assert.Equal(source.By is not null, queries.Count > 0);
        var where = $"resourceType = '{source.NativeType}' AND {Column(source)} = 'x'' OR resourceType LIKE ''%'";
        Assert.All(queries, query => Assert.EndsWith(where, query, StringComparison.Ordinal));

        await reader.ReadAsync(need, CancellationToken.None);
        var again = api.Calls.Count - first;
        Assert.True(source.IsFresh ? again == first : again == 0, $"{kind}: {again} calls for what was asked a moment ago");
    }

    private static string Column(AwsSource source) => source.By switch
    {
        ConfigColumn.Account => "accountId",
        ConfigColumn.Arn => "arn",
        ConfigColumn.Id => "resourceId",
        ConfigColumn.Name => "resourceName",
        ConfigColumn.Relationship => "relationships.resourceId",
        ConfigColumn.Field => source.Field!,
        null => string.Empty,
    };
}
